using System.IO.Compression;
using System.Text;
using Akin.Kernels;
using Akin.Search.CrashProbe;
using Akin.Search.Storage;

namespace Akin.Search.Tests.Storage;

public sealed class IndexExportTests : IDisposable
{
    private const string Header = """{"akin_export":1,"model":"m","dimension":2,"metric":"dot","documents":2,"vectors":true}""";

    private readonly TemporaryFolder _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("export.jsonl")]
    [InlineData("export.jsonl.gz")]
    public void Import_OfAnExport_GivesTheSameBitsAndGoesOnWhereItStopped(string name)
    {
        Document odd = new("id \"1\" · 한국", "line\nline\u2028 文本 😀\0 end") { Title = "", Metadata = "{\"a\": [1.50, 1e400],\r\n\"vector\": null}" };
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["a.akin"], ProbeDocuments.Facts with { ModelFingerprint = "f", Metric = VectorMetric.Euclidean });
        float[] vector = ProbeDocuments.Vector("odd", 1);
        (vector[0], vector[1], vector[2], vector[3]) = (float.Epsilon, float.MaxValue, -0f, 0.1f);
        store.Upsert([.. Enumerable.Range(0, 300).Select(i => ProbeDocuments.Entry("d" + i, i)), new DocumentVector(odd, vector)]);
        store.Delete(["d3"]);
        string path = _temporary[name];
        Assert.Equal(300, IndexExport.WriteFile(store, path, withVectors: true));

        using DocumentStore copy = DocumentStore.OpenOrCreate(_temporary["b.akin"], store.Facts);
        using CancellationTokenSource stop = new();
        Stops stopping = new(stop, after: 100);
        Assert.ThrowsAny<OperationCanceledException>(() => Open(path, import => import.StoreInto(copy, 50, stopping, stop.Token)));
        Assert.Equal(100, copy.Count);
        Assert.Equal(new AddProgress(200, 100), Open(path, import => import.StoreInto(copy)));
        Assert.Equal(new AddProgress(0, 300), Open(path, import => import.StoreInto(copy)));

        copy.Verify();
        Assert.Equal(store.Enumerate().Select(WithoutLineEnds), copy.Enumerate());
        foreach (Document document in store.Enumerate())
        {
            Assert.Equal(
                store.GetVector(document.Id)!.Select(BitConverter.SingleToInt32Bits), copy.GetVector(document.Id)!.Select(BitConverter.SingleToInt32Bits));
        }

        Assert.Equal(store.Enumerate().Select(WithoutLineEnds), Open(path, import => import.Documents().ToArray()));
    }

    [Fact]
    public void Import_OfOtherVectorsForTheSameText_StoresThem()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["a.akin"], new IndexFacts("m", 2) { Metric = VectorMetric.Dot });
        store.Upsert([new(new Document("a", "x"), new float[] { 1, 2 })]);
        AddProgress done = Import(Header + """
            {"id":"a","text":"x","vector":[3,4]}
            {"id":"b","text":"y","vector":[5,6]}
            """, import => import.StoreInto(store));
        Assert.Equal((new AddProgress(2, 0), 3f), (done, store.GetVector("a")![0]));
    }

    [Fact]
    public void Export_WithoutVectors_CannotBeStoredAsItIs()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["a.akin"], ProbeDocuments.Facts);
        store.Upsert([ProbeDocuments.Entry("a", 1)]);
        using MemoryStream stream = new();
        IndexExport.Write(store, stream, withVectors: false);
        Assert.DoesNotContain("vector\"", Encoding.UTF8.GetString(stream.ToArray()));
        stream.Position = 0;
        using IndexImport import = new(stream, "x");
        Assert.Equal(new ExportHeader(store.Facts, 1, HasVectors: false), import.Header);
        Assert.Throws<InvalidOperationException>(() => import.StoreInto(store));
        Assert.Equal(store.Enumerate(), import.Documents());
    }

    [Fact]
    public void Export_Cancelled_LeavesTheFormerFile()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["a.akin"], ProbeDocuments.Facts);
        store.Upsert([ProbeDocuments.Entry("a", 1)]);
        File.WriteAllText(_temporary["x.jsonl"], "former");
        Assert.ThrowsAny<OperationCanceledException>(() => IndexExport.WriteFile(store, _temporary["x.jsonl"], true, null, new CancellationToken(canceled: true)));
        Assert.Equal("former", File.ReadAllText(_temporary["x.jsonl"]));
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(_temporary.Path).Count());
    }

    [Theory]
    [InlineData("", "line 1", "empty")]
    [InlineData("{\"id\":\"a\",\"text\":\"x\"}\n", "line 1", "akin index add")]
    [InlineData("[1]\n", "line 1", "Array")]
    [InlineData("{\"akin_export\":2}\n", "line 1", "Update Akin")]
    [InlineData("{\"akin_export\":1,\"model\":\"m\",\"dimension\":2,\"metric\":\"hamming\",\"documents\":2,\"vectors\":true}\n", "line 1", "dot")]
    [InlineData("{\"akin_export\":1,\"model\":\"m\",\"dimension\":-2,\"metric\":\"dot\",\"documents\":2,\"vectors\":true}\n", "line 1", "'dimension'")]
    [InlineData(Header + "\n{\"id\":\"a\",\"text\":\"x\",\"vector\":[1,2]}\n", "line 3", "ends after 1 of 2")]
    [InlineData(Header + "\n{\"id\":\"a\",\"text\":\"x\",\"vector\":[1,2]}\n{\"id\":\"b\",\"te", "line 3", "not JSON")]
    [InlineData(Header + "\n{\"id\":\"a\",\"vector\":[1,2]}\n", "line 2", "'text'")]
    [InlineData(Header + "\n{\"id\":\"a\",\"text\":7,\"vector\":[1,2]}\n", "line 2", "Number")]
    [InlineData(Header + "\n{\"id\":\"a\",\"text\":\"\\ud800\",\"vector\":[1,2]}\n", "line 2", "surrogate")]
    [InlineData(Header + "\n{\"id\":\"a\",\"text\":\"x\",\"vector\":[1]}\n", "line 2", "1 numbers")]
    [InlineData(Header + "\n{\"id\":\"a\",\"text\":\"x\",\"vector\":[1,1e40]}\n", "line 2", "1e40")]
    [InlineData(Header + "\n{\"id\":\"a\",\"text\":\"x\",\"vector\":[1,2]}\n{\"id\":\"b\",\"text\":\"x\",\"vector\":[1,2]}\n{}\n", "line 4", "more than the 2")]
    public void Import_OfBadLines_NamesLineAndFinding(string content, string place, string finding)
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["a.akin"], new IndexFacts("m", 2) { Metric = VectorMetric.Dot });
        IndexFileException error = Assert.Throws<IndexFileException>(() => Import(content, import => import.StoreInto(store)));
        Assert.Contains($"some.jsonl, {place}", error.Message);
        Assert.Contains(finding, error.Message);
    }

    [Fact]
    public void Import_OfAnotherModel_IsRefused()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(_temporary["a.akin"], new IndexFacts("other", 2) { Metric = VectorMetric.Dot });
        Assert.Throws<IndexModelException>(() => Import(Header, import => import.StoreInto(store)));
    }

    private static Document WithoutLineEnds(Document document) => document with { Metadata = document.Metadata?.Replace("\r\n", "  ", StringComparison.Ordinal) };

    private static TResult Open<TResult>(string path, Func<IndexImport, TResult> use)
    {
        using FileStream file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using IndexImport import = new(stream, path);
        return use(import);
    }

    private static TResult Import<TResult>(string content, Func<IndexImport, TResult> use)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(content.Replace(Header + "{", Header + "\n{", StringComparison.Ordinal)));
        using IndexImport import = new(stream, "some.jsonl");
        return use(import);
    }

    private sealed class Stops(CancellationTokenSource source, int after) : IProgress<AddProgress>
    {
        public void Report(AddProgress value)
        {
            if (value.Total >= after)
            {
                source.Cancel();
            }
        }
    }
}

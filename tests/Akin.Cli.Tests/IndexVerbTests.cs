using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Akin.Cli.Tests;

/// <summary><c>akin index</c>: what is stored, what is passed over, what is refused.</summary>
public sealed class IndexVerbTests : IDisposable
{
    private readonly IndexFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Index_IsFilledListedAndEmptied()
    {
        string first = _fixture.WriteDocuments("first.jsonl", 100);
        JsonElement added = IndexFixture.Json(_fixture.Add(first, "--model", IndexFixture.Model, "--json"));
        Assert.Equal((100, 0, 100), (added.GetProperty("stored").GetInt32(), added.GetProperty("unchanged").GetInt32(), added.GetProperty("documents").GetInt32()));

        // The index knows its model; what is there unchanged is not embedded again, what has another text is.
        string second = _fixture.WriteFile("second.jsonl", IndexFixture.Documents(0, 98) + """{"id": "d98", "text": "other"}""" + "\n" + IndexFixture.Documents(99, 11));
        AkinResult again = _fixture.Add(second).Succeeded();
        Assert.Equal($"Stored 11 documents (99 were there unchanged); '{_fixture.Index}' now holds 110.\n", again.Output);

        JsonElement info = IndexFixture.Json(IndexFixture.Run("index", "info", "--index", _fixture.Index, "--verify", "--json"));
        Assert.Equal(
            (IndexFixture.Model, 16, "dot", 110),
            (info.GetProperty("model").GetString(), info.GetProperty("dimension").GetInt32(), info.GetProperty("metric").GetString(), info.GetProperty("documents").GetInt32()));

        // What is listed as JSON can be added again and is the same.
        string listed = _fixture.WriteFile("listed.jsonl", IndexFixture.Run("index", "list", "--index", _fixture.Index, "--json").Succeeded().Output);
        Assert.Equal(110, File.ReadAllLines(listed).Length);
        Assert.Equal(110, IndexFixture.Json(_fixture.Add(listed, "--json")).GetProperty("unchanged").GetInt32());

        AkinResult deleted = IndexFixture.Run("index", "delete", "--index", _fixture.Index, "d3", "d98", "nope");
        Assert.Equal(1, deleted.ExitCode);
        Assert.StartsWith("Deleted 2 documents", deleted.Output);
        Assert.Contains("holds no 'nope'", deleted.Error);
        AkinResult people = IndexFixture.Run("index", "list", "--index", _fixture.Index, "--limit", "2").Succeeded();
        Assert.Matches("^d0\tno 0 [a-z ]+\nd1\tno 1 [a-z ]+\n$", people.Output);
        Assert.DoesNotContain("d98", _fixture.StoredIds());
    }

    [Fact]
    public void Index_WithAGraph_IsBuiltSearchedVerifiedAndMended()
    {
        string input = _fixture.WriteDocuments("corpus.jsonl", 120);
        _fixture.Add(input, "--model", IndexFixture.Model, "--kind", "hnsw", "--precision", "int8", "--m", "8").Succeeded();
        JsonElement info = IndexFixture.Json(IndexFixture.Run("index", "info", "--index", _fixture.Index, "--json"));
        Assert.Equal(("hnsw", "int8", 120), (info.GetProperty("kind").GetString(), info.GetProperty("precision").GetString(), info.GetProperty("documents").GetInt32()));
        string graph = Assert.Single(Directory.GetFiles(_fixture.Index, "graph-*"));
        string found = IndexFixture.Run("search", "--index", _fixture.Index, "--ef", "2", "--top", "3", "--json", "river stone").Succeeded().Output;
        JsonElement check = IndexFixture.Json(IndexFixture.Run("index", "verify", "--index", _fixture.Index, "--json"));
        Assert.Equal((120, 120, JsonValueKind.Null), (check.GetProperty("documents").GetInt32(), check.GetProperty("graph_documents").GetInt32(), check.GetProperty("damage").ValueKind));

        // A damaged graph is told of, left alone, and made anew by the same command; then the index is made exact.
        byte[] bytes = File.ReadAllBytes(graph);
        bytes[5000] ^= 1;
        File.WriteAllBytes(graph, bytes);
        AkinResult damaged = IndexFixture.Run("index", "verify", "--index", _fixture.Index).Succeeded();
        Assert.Contains("Graph file", damaged.Error);
        AkinResult exact = IndexFixture.Run("search", "--index", _fixture.Index, "--top", "3", "--json", "river stone").Succeeded();
        Assert.Equal(found, exact.Output);
        Assert.Contains("Graph file", exact.Error);
        _fixture.Add(input).Succeeded();
        Assert.DoesNotContain("Graph file", IndexFixture.Run("index", "verify", "--index", _fixture.Index).Succeeded().Error);
        _fixture.Add(input, "--kind", "exact", "--precision", "float32").Succeeded();
        Assert.Empty(Directory.GetFiles(_fixture.Index, "graph-*"));
        _fixture.Add(input, "--precision", "binary").Refused("--kind hnsw");
        _fixture.Add(input, "--kind", "hnsw", "--m", "300").Refused("--m is 2 to 256");
    }

    [Fact]
    public void Index_IsBackedUpRestoredExportedImportedAndCompacted()
    {
        _fixture.Add(_fixture.WriteDocuments("corpus.jsonl", 150), "--model", IndexFixture.Model).Succeeded();
        Assert.Equal(150, IndexFixture.Json(IndexFixture.Run("index", "info", "--index", _fixture.Index, "--json")).GetProperty("word_documents").GetInt32());
        string found = IndexFixture.Run("search", "--index", _fixture.Index, "--json", "river stone").Succeeded().Output;
        string backup = _fixture.PathTo("corpus.backup"), restored = _fixture.PathTo("restored.akin"), export = _fixture.PathTo("corpus.jsonl.gz"), imported = _fixture.PathTo("imported.akin");
        Assert.StartsWith("Wrote 150 documents", IndexFixture.Run("index", "backup", "--index", _fixture.Index, "--output", backup).Succeeded().Output);
        IndexFixture.Run("index", "backup", "--index", _fixture.Index, "--output", backup).Refused("left alone");
        Assert.Contains("are whole", IndexFixture.Run("index", "restore", "--input", backup, "--verify").Succeeded().Output);
        IndexFixture.Run("index", "restore", "--input", backup, "--index", restored).Succeeded();
        IndexFixture.Run("index", "restore", "--input", backup, "--index", restored).Refused("left alone");
        Assert.Equal(found, IndexFixture.Run("search", "--index", restored, "--json", "river stone").Succeeded().Output);

        // With its vectors an export needs no model, without them it is embedded again.
        IndexFixture.Run("index", "export", "--index", restored, "--vectors", "--output", export).Succeeded();
        Assert.Equal(150, IndexFixture.Json(IndexFixture.Run("index", "import", "--index", imported, "--input", export, "--json")).GetProperty("stored").GetInt32());
        Assert.Equal(found, IndexFixture.Run("search", "--index", imported, "--json", "river stone").Succeeded().Output);
        string bare = _fixture.WriteFile("bare.jsonl", IndexFixture.Run("index", "export", "--index", restored, "--output", "-").Succeeded().Output);
        Assert.Equal(150, IndexFixture.Json(IndexFixture.Run("index", "import", "--index", imported, "--input", bare, "--json")).GetProperty("unchanged").GetInt32());
        IndexFixture.Run("index", "import", "--index", imported, "--input", bare, "--model", IndexFixture.OtherModel).Refused("new folder");
        IndexFixture.Run("index", "import", "--index", imported, "--input", _fixture.PathTo("corpus.jsonl")).Refused("akin index add");

        JsonElement compacted = IndexFixture.Json(IndexFixture.Run("index", "compact", "--index", imported, "--json"));
        Assert.Equal(150, compacted.GetProperty("documents").GetInt32());
        JsonElement check = IndexFixture.Json(IndexFixture.Run("index", "verify", "--index", imported, "--json"));
        Assert.Equal((150, 150, JsonValueKind.Null), (check.GetProperty("documents").GetInt32(), check.GetProperty("word_documents").GetInt32(), check.GetProperty("damage").ValueKind));
        Assert.Equal(["bare.jsonl", "corpus.backup", "corpus.jsonl", "corpus.jsonl.gz", "imported.akin", "restored.akin", "texts.akin"], Directory.EnumerateFileSystemEntries(_fixture.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Add_ReadsEveryFormat()
    {
        string csv = _fixture.WriteFile("a.csv", "id,title,body\nc1,\"One, two\",\"river \"\"hill\"\"\"\n");
        _fixture.Add(csv, "--model", IndexFixture.Model, "--text-field", "body").Succeeded();
        string tsv = _fixture.WriteFile("b.tsv", "id\ttext\nt1\twinter letter\n"), txt = _fixture.WriteFile("c.txt", "a paper market\n");
        _fixture.Add(tsv, txt).Succeeded();
        using (AkinProcess piped = AkinProcess.Start(["index", "add", "--index", _fixture.Index, "--input", "-", "--format", "jsonl"], IndexFixture.Environment))
        {
            piped.Write("""{"id": 7, "text": "stone"}""");
            piped.Wait().Succeeded();
        }

        Assert.Equal(["7", "c.txt:1", "c1", "t1"], _fixture.StoredIds().Order(StringComparer.Ordinal));
        Assert.Contains("\"title\":\"One, two\",\"text\":\"river \\\"hill\\\"\"", IndexFixture.Run("index", "list", "--index", _fixture.Index, "--json").Output);
    }

    [Fact]
    public void Add_OfBadInput_NamesFileAndLineBeforeAnythingIsStored()
    {
        string[] model = ["--model", IndexFixture.Model];
        _fixture.Add(_fixture.PathTo("none.jsonl"), model).Refused("none.jsonl", "no file");
        _fixture.Add(_fixture.WriteFile("empty.jsonl", ""), model).Refused("empty.jsonl", "empty");
        _fixture.Add(_fixture.WriteFile("bad.jsonl", IndexFixture.Documents(0, 200) + "{\"id\": \"x\"\n"), model).Refused("bad.jsonl, line 201", "not JSON");
        _fixture.Add(_fixture.WriteFile("field.jsonl", "{\"id\": \"x\", \"body\": \"y\"}\n"), model).Refused("field.jsonl, line 1", "'text'", "'body'");
        _fixture.Add(_fixture.WriteFile("texts.doc", "x"), model).Refused("texts.doc", ".jsonl");
        Assert.False(Directory.Exists(_fixture.Index));
    }

    [Fact]
    public void Add_WithABadModel_SaysWhatIsWrong()
    {
        string documents = _fixture.WriteDocuments("some.jsonl", 3);
        _fixture.Add(documents, "--model", _fixture.PathTo("none")).Refused("no folder", "none");
        _fixture.Add(documents, "--model", Directory.CreateDirectory(_fixture.PathTo("hollow")).FullName).Refused("hollow", "config.json");
        _fixture.WriteFile("hollow/config.json", """{"model_type": "gpt_j", "architectures": ["GPTJModel"]}""");
        _fixture.Add(documents, "--model", _fixture.PathTo("hollow")).Refused("gpt_j", "bert");
        Assert.False(Directory.Exists(_fixture.Index));

        _fixture.Add(documents, "--model", IndexFixture.Model).Succeeded();
        _fixture.Add(documents, "--model", IndexFixture.OtherModel).Refused(IndexFixture.Model, IndexFixture.OtherModel, "new folder");
        IndexFixture.Run("index", "info", "--index", _fixture.Folder).Refused("not a search index");
        IndexFixture.Run("index", "list", "--index", _fixture.PathTo("none.akin")).Refused("no such folder");
    }

    [Fact]
    public void Add_InterruptedByCtrlC_KeepsWhatWasAcknowledged_AndASecondRunGoesOn()
    {
        const int Count = 60_000;
        string documents = _fixture.WriteDocuments("many.jsonl", Count);
        string[] command = ["index", "add", "--index", _fixture.Index, "--input", documents, "--model", IndexFixture.Model, "--batch-size", "4"];
        AkinResult stopped;
        using (AkinProcess process = AkinProcess.Start(command, IndexFixture.Environment))
        {
            process.WaitUntil(() => _fixture.StoredIds().Count > 0);
            process.Interrupt();
            stopped = process.Wait();
        }

        Assert.Equal((130, ""), (stopped.ExitCode, stopped.Output));
        HashSet<string> stored = _fixture.StoredIds();
        Assert.InRange(stored.Count, 4, Count - 1);
        Match said = Regex.Match(stopped.Error, "Stopped: ([0-9,]+) documents are safe");
        Assert.True(said.Success, stopped.Error);
        Assert.InRange(int.Parse(said.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture), 4, stored.Count);
        Assert.Subset(Enumerable.Range(0, Count).Select(i => $"d{i}").ToHashSet(), stored);
        File.WriteAllLines(documents, File.ReadLines(documents).Take(stored.Count + 100).ToArray());
        AssertGoesOn(documents, stored.Count, stored.Count + 100);
    }

    [Fact]
    public void Add_Killed_KeepsWhatWasAcknowledged_AndASecondRunGoesOn()
    {
        using (AkinProcess process = AkinProcess.Start(
            ["index", "add", "--index", _fixture.Index, "--input", "-", "--format", "jsonl", "--model", IndexFixture.Model, "--batch-size", "10"], IndexFixture.Environment))
        {
            process.Write(IndexFixture.Documents(0, 25));
            process.WaitUntil(() => _fixture.StoredIds().Count == 20);
            process.Kill();
            Assert.NotEqual(0, process.Wait().ExitCode);
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"d{i}").ToHashSet(), _fixture.StoredIds());
        AssertGoesOn(_fixture.WriteDocuments("all.jsonl", 40), 20, 40);
    }

    [Fact]
    public void Add_ThatWaitsForInput_StopsByCtrlC()
    {
        using AkinProcess process = AkinProcess.Start(
            ["index", "add", "--index", _fixture.Index, "--input", "-", "--format", "jsonl", "--model", IndexFixture.Model, "--batch-size", "10"], IndexFixture.Environment);
        process.Write(IndexFixture.Documents(0, 15));
        process.WaitUntil(() => _fixture.StoredIds().Count == 10);
        process.Interrupt();
        process.WaitUntil(() => process.ErrorSoFar.Contains("Stopped: 10 documents are safe", StringComparison.Ordinal));
        Assert.Equal(130, process.Wait().ExitCode);
    }

    [Fact]
    public void Add_WhenTheDiskIsFull_SaysSo_KeepsWhatWasAcknowledged_AndASecondRunGoesOn()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // ulimit is a matter of Unix
        }

        const int Count = 600;
        string documents = _fixture.WriteDocuments("long.jsonl", Count, words: 400);
        Dictionary<string, string> environment = new(IndexFixture.Environment) { ["DOTNET_EnableWriteXorExecute"] = "0" }; // double mapping reserves a file larger than the limit
        AkinResult full;
        using (AkinProcess process = AkinProcess.StartAfter(
            "trap '' XFSZ; ulimit -f 600", ["index", "add", "--index", _fixture.Index, "--input", documents, "--model", IndexFixture.Model, "--batch-size", "10"], environment))
        {
            full = process.Wait().Refused("no room left", _fixture.Index, "same command again");
        }

        HashSet<string> stored = _fixture.StoredIds();
        Assert.InRange(stored.Count, 10, Count - 10);
        AssertGoesOn(documents, stored.Count, Count);
    }

    private void AssertGoesOn(string documents, int unchanged, int count)
    {
        JsonElement rest = IndexFixture.Json(_fixture.Add(documents, "--json"));
        Assert.Equal((unchanged, count - unchanged, count), (rest.GetProperty("unchanged").GetInt32(), rest.GetProperty("stored").GetInt32(), rest.GetProperty("documents").GetInt32()));
        IndexFixture.Run("index", "info", "--index", _fixture.Index, "--verify").Succeeded();
    }
}

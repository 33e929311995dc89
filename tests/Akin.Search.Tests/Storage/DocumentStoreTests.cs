using Akin.Kernels;
using Akin.Search.Storage;
using Microsoft.Data.Sqlite;

namespace Akin.Search.Tests.Storage;

public sealed class DocumentStoreTests : IDisposable
{
    private static readonly IndexFacts Facts = new("model-a", 3) { ModelFingerprint = "f1", Metric = VectorMetric.Dot };

    private readonly TemporaryFolder _temporary = new();

    private string Folder => _temporary["index.akin"];

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Upsert_EverythingOfADocument_ComesBackAfterReopening()
    {
        Document full = new("id 1 · 한국", "Körper 文本 😀\0 end") { Title = "Title", Metadata = """{"lang":"ko","n":[1,2]}""" };
        Document bare = new("2", "");
        using (DocumentStore store = DocumentStore.OpenOrCreate(Folder, Facts))
        {
            store.Upsert([new(full, new float[] { 1, -2.5f, float.Epsilon }), new(bare, new float[] { 0, 0, 0 })]);
        }

        using DocumentStore again = DocumentStore.Open(Folder);
        Assert.Equal(Facts, again.Facts);
        Assert.Equal(2, again.Count);
        Assert.Equal(full, again.Get(full.Id));
        Assert.Equal(bare, again.Get("2"));
        Assert.Equal([1, -2.5f, float.Epsilon], again.GetVector(full.Id)!);
        Assert.Null(again.Get("3"));
        Assert.Null(again.GetVector("3"));
        Assert.Equal([full, bare], again.Enumerate());
        again.Verify();
    }

    [Fact]
    public void Upsert_SameIdentifierAgain_ReplacesAndCountsAsAddedAnew()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, Facts);
        store.Upsert([Entry("a", "one"), Entry("b", "two"), Entry("a", "three")]);
        Assert.Equal(["two", "three"], store.Enumerate().Select(document => document.Text));
        store.Upsert([Entry("b", "four")]);
        Assert.Equal(["three", "four"], store.Enumerate().Select(document => document.Text));
        Assert.Equal(2, store.Count);
    }

    [Fact]
    public void Enumerate_MoreThanOnePage_GivesEveryDocumentOnceInOrder()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, Facts);
        string[] ids = [.. Enumerable.Range(0, 700).Select(i => "d" + i)];
        store.Upsert([.. ids.Select(id => Entry(id, id))]);
        Assert.Equal(ids, store.Enumerate().Select(document => document.Id));
    }

    [Fact]
    public void Delete_SomeThereSomeNot_CountsThoseThatWereThere()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, Facts);
        store.Upsert([Entry("a", "1"), Entry("b", "2")]);
        Assert.Equal(1, store.Delete(["a", "x", "a"]));
        Assert.Equal(0, store.Delete([]));
        Assert.Equal(["b"], store.Enumerate().Select(document => document.Id));
        Assert.Null(store.GetVector("a"));
        store.Verify();
    }

    [Fact]
    public void AreStored_OnlyEqualContent_IsTrue()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, Facts);
        Document document = new("a", "text") { Title = "title", Metadata = "{}" };
        store.Upsert([new(document, new float[3])]);
        bool[] stored = store.AreStored(
        [
            document,
            document with { Text = "text2" },
            document with { Title = null },
            document with { Title = "titlet", Text = "ext" },
            document with { Metadata = null },
            document with { Id = "b" },
        ]);
        Assert.Equal([true, false, false, false, false, false], stored);
    }

    [Theory]
    [InlineData("", "text", null, new float[] { 1, 2, 3 }, "identifier is empty")]
    [InlineData("a", "text", "[1]", new float[] { 1, 2, 3 }, "JSON object")]
    [InlineData("a", "text", "{", new float[] { 1, 2, 3 }, "JSON object")]
    [InlineData("a", "text", null, new float[] { 1, 2 }, "has 2 floats, the index stores 3")]
    [InlineData("a", "text", null, new float[] { 1, float.NaN, 3 }, "value 1 of its vector is NaN")]
    [InlineData("a", "text", null, new[] { 1, 2, float.NegativeInfinity }, "value 2 of its vector is -")]
    public void Upsert_BadDocument_IsRefusedWithItsWholeBatch(string id, string text, string? metadata, float[] vector, string finding)
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, Facts);
        InvalidDocumentException error = Assert.Throws<InvalidDocumentException>(
            () => store.Upsert([Entry("good", "good"), new(new Document(id, text) { Metadata = metadata }, vector)]));
        Assert.Contains(finding, error.Message);
        Assert.Equal(id, error.DocumentId);
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public void Upsert_HalfASurrogatePairAsIdentifier_IsRefused()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, Facts);
        Assert.Throws<InvalidDocumentException>(() => store.Upsert([Entry("\ud800", "text")]));
        store.Upsert([Entry("\ufffd", "text")]);
        Assert.Equal("text", store.Get("\ufffd")!.Text);
    }

    [Fact]
    public void OpenOrCreate_ByManyAtTheSameMoment_OpensOneIndexForAll()
    {
        for (int round = 0; round < 10; round++)
        {
            string folder = _temporary[$"race{round}.akin"];
            using Barrier start = new(8);
            string[] stores = new string[start.ParticipantCount];
            Thread[] threads = [.. stores.Select((_, i) => new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    using DocumentStore store = DocumentStore.OpenOrCreate(folder, Facts);
                    stores[i] = store.StoreId;
                }
                catch (SearchIndexException error)
                {
                    stores[i] = error.Message;
                }
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.Single(stores.Distinct());
        }
    }

    [Fact]
    public void OpenOrCreate_AnotherModel_IsRefusedWithBothNames()
    {
        DocumentStore.OpenOrCreate(Folder, Facts).Dispose();
        IndexModelException error = Assert.Throws<IndexModelException>(
            () => DocumentStore.OpenOrCreate(Folder, Facts with { Model = "model-b", ModelFingerprint = null }));
        Assert.Equal(("model-a", "model-b"), (error.IndexModel, error.RequestedModel));
        Assert.Contains("model-a", error.Message);
        Assert.Contains("index the documents again with 'model-b'", error.Message);
    }

    [Fact]
    public void OpenOrCreate_FingerprintsKnown_DecideInsteadOfNames()
    {
        DocumentStore.OpenOrCreate(Folder, Facts).Dispose();
        DocumentStore.OpenOrCreate(Folder, Facts with { Model = "moved/model-a" }).Dispose();
        Assert.Throws<IndexModelException>(() => DocumentStore.OpenOrCreate(Folder, Facts with { ModelFingerprint = "f2" }));
    }

    [Fact]
    public void OpenOrCreate_OtherDimensionOrMetric_IsRefused()
    {
        DocumentStore.OpenOrCreate(Folder, Facts).Dispose();
        Assert.Contains("3 floats, not 4", Assert.Throws<IndexModelException>(() => DocumentStore.OpenOrCreate(Folder, Facts with { Dimension = 4 })).Message);
        Assert.Contains("by Dot, not Cosine", Assert.Throws<IndexModelException>(() => DocumentStore.OpenOrCreate(Folder, Facts with { Metric = VectorMetric.Cosine })).Message);
    }

    [Fact]
    public void Open_NoIndexThere_SaysSo()
    {
        Assert.Contains("no such folder", Assert.Throws<IndexNotFoundException>(() => DocumentStore.Open(Folder)).Message);
        Assert.Contains("no index.db", Assert.Throws<IndexNotFoundException>(() => DocumentStore.Open(_temporary.Path)).Message);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public void OpenOrCreate_FolderOfOtherThings_IsLeftAlone()
    {
        File.WriteAllText(_temporary["photo.jpg"], "x");
        Assert.Throws<IndexNotFoundException>(() => DocumentStore.OpenOrCreate(_temporary.Path, Facts));
        Assert.Equal(["photo.jpg"], Directory.EnumerateFileSystemEntries(_temporary.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(3, "update Akin")]
    [InlineData(0, "index the documents again")]
    public void Open_OtherFormatVersion_IsRefusedWithWords(int version, string remedy)
    {
        DocumentStore.OpenOrCreate(Folder, Facts).Dispose();
        Execute($"PRAGMA user_version = {version}");
        IndexFormatException error = Assert.Throws<IndexFormatException>(() => DocumentStore.Open(Folder));
        Assert.Equal((version, DocumentStore.FormatVersion), (error.FoundVersion, error.SupportedVersion));
        Assert.Contains(remedy, error.Message);
        Assert.Throws<IndexFormatException>(() => DocumentStore.OpenOrCreate(Folder, Facts));
    }

    [Fact]
    public void Open_DatabaseOfAnotherProgram_IsRefusedAndLeftAlone()
    {
        Directory.CreateDirectory(Folder);
        Execute("CREATE TABLE mine (x)");
        Assert.Contains("another program", Assert.Throws<IndexNotFoundException>(() => DocumentStore.OpenOrCreate(Folder, Facts)).Message);
    }

    [Fact]
    public void OpenOrCreate_AfterAnInterruptedCreation_CreatesTheIndex()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllBytes(Path.Combine(Folder, "index.db"), []);
        Assert.Contains("interrupted", Assert.Throws<IndexNotFoundException>(() => DocumentStore.Open(Folder)).Message);
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, Facts);
        Assert.Equal(0, store.Count);
    }

    [Fact]
    public void Open_NotADatabase_IsRefusedAsDamaged()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "index.db"), new string('x', 5000));
        Assert.Throws<IndexCorruptException>(() => DocumentStore.Open(Folder));
        Assert.Throws<IndexCorruptException>(() => DocumentStore.OpenOrCreate(Folder, Facts));
    }

    [Theory]
    [InlineData("UPDATE vectors SET vector = x'000000000000000000000001' WHERE row = 1", "does not match its checksum")]
    [InlineData("UPDATE vectors SET vector = x'00' WHERE row = 1", "has 1 bytes, not 12")]
    [InlineData("UPDATE documents SET text = 'other' WHERE row = 1", "document 'a' does not match its hash")]
    [InlineData("DELETE FROM documents WHERE row = 1", "row 1 has only one of document and vector")]
    public void Verify_DamagedContent_NamesTheFinding(string damage, string finding)
    {
        using (DocumentStore store = DocumentStore.OpenOrCreate(Folder, Facts))
        {
            store.Upsert([Entry("a", "1"), Entry("b", "2")]);
            store.Verify();
        }

        Execute(damage);
        using DocumentStore damaged = DocumentStore.Open(Folder);
        Assert.Contains(finding, Assert.Throws<IndexCorruptException>(() => damaged.Verify()).Message);
    }

    [Fact]
    public void Upsert_WhileAnotherWriterHoldsOn_IsRefusedInTimeAndWorksAfterwards()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, Facts, new StoreOptions { WriteTimeout = TimeSpan.FromMilliseconds(50) });
        store.Upsert([Entry("a", "1")]);
        using (SqliteConnection other = new($"Data Source={Path.Combine(Folder, "index.db")};Pooling=False"))
        {
            other.Open();
            using SqliteTransaction held = other.BeginTransaction();
            Assert.Contains("another process", Assert.Throws<IndexBusyException>(() => store.Upsert([Entry("b", "2")])).Message);
            // Readers are not in the way.
            Assert.Equal("1", store.Get("a")!.Text);
        }

        store.Upsert([Entry("b", "2")]);
        Assert.Equal(2, store.Count);
    }

    [Fact]
    public async Task Store_ManyThreadsReadAndWrite_NothingIsLost()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, Facts);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (int i = 0; i < 25; i++)
            {
                store.Upsert([Entry($"{writer}-{i}", "text")]);
                Assert.NotNull(store.Get($"{writer}-{i}"));
            }
        })));
        Assert.Equal(100, store.Count);
        store.Verify();
    }

    [Fact]
    public void Store_AfterDispose_Refuses()
    {
        DocumentStore store = DocumentStore.OpenOrCreate(Folder, Facts);
        store.Dispose();
        store.Dispose();
        Assert.Throws<ObjectDisposedException>(() => store.Get("a"));
        Assert.Throws<ObjectDisposedException>(() => store.Upsert([Entry("a", "1")]));
    }

    private static DocumentVector Entry(string id, string text) => new(new Document(id, text), new float[] { id.Length, text.Length, 1 });

    private void Execute(string sql)
    {
        SQLitePCL.Batteries_V2.Init();
        using SqliteConnection connection = new($"Data Source={Path.Combine(Folder, "index.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}

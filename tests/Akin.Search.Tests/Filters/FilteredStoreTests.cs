using System.Text.Json.Nodes;
using Akin.Search.Filters;
using Akin.Search.Lexical;
using Akin.Search.Storage;
using Microsoft.Data.Sqlite;

namespace Akin.Search.Tests.Filters;

/// <summary>A filter asked of a store finds what it finds asked of each document.</summary>
public sealed class FilteredStoreTests : IDisposable
{
    private static readonly IndexFacts Facts = new("words", 2);

    private readonly TemporaryFolder _temporary = new();

    private string Folder => _temporary["index"];

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Find_OfAnyFilter_EqualsTheFilterOnEachDocument()
    {
        RandomFields random = new(seed: 7);
        Document[] documents = [.. Enumerable.Range(0, 150).Select(random.Document)];
        JsonObject[] fields = Array.ConvertAll(documents, FieldObject.Of);
        using DocumentStore store = Stored(documents);
        int chosen = 0;
        for (int i = 0; i < 500; i++)
        {
            string query = random.Filter();
            DocumentFilter filter = DocumentFilter.Parse(query);
            string[] expected = [.. fields.Where(filter.Matches).Select(own => own["id"]!.GetValue<string>())];
            Assert.True(expected.SequenceEqual(store.Find(filter).Select(document => document.Id)), query);
            Assert.Equal(expected.Length, store.CountOf(filter));
            chosen += expected.Length is > 0 and < 150 ? 1 : 0;
        }

        Assert.True(chosen > 130, $"Only {chosen} of the filters tell documents apart.");
        store.Verify();
    }

    [Fact]
    public void Open_StoreWithoutFields_IsBroughtUpToDate()
    {
        RandomFields random = new(seed: 8);
        Document[] documents = [.. Enumerable.Range(0, 50).Select(random.Document)];
        Stored(documents).Dispose();
        // What a store of version 1 lacks.
        Execute("DROP TRIGGER document_added; DROP TRIGGER document_removed; DROP TABLE fields; DROP TABLE paths; DROP TABLE unindexed; PRAGMA user_version = 1");
        using DocumentStore store = DocumentStore.Open(Folder);
        store.Verify();
        AssertAnswers(store, documents, random);
        Assert.True(Scalar("SELECT count(*) FROM fields") > 50);
        Assert.Equal(DocumentStore.FormatVersion, Scalar("PRAGMA user_version"));
    }

    [Fact]
    public void Find_AfterAnOlderProgramWrote_MissesNothing()
    {
        RandomFields random = new(seed: 9);
        Document[] documents = [.. Enumerable.Range(0, 50).Select(random.Document)];
        using DocumentStore store = Stored(documents);
        Document older = documents[5] with { Id = "older", Metadata = """{"lang":"ko"}""" };
        // A program that knows nothing of fields adds a document and deletes one.
        Execute($$"""
            INSERT INTO documents (id, title, text, metadata, content_hash) SELECT 'older', title, text, '{"lang":"ko"}', x'{{Convert.ToHexString(ContentHash.Of(older))}}' FROM documents WHERE id = 'd5';
            INSERT INTO vectors SELECT (SELECT row FROM documents WHERE id = 'older'), vector, checksum FROM vectors WHERE row = (SELECT row FROM documents WHERE id = 'd5');
            DELETE FROM documents WHERE id = 'd6';
            DELETE FROM vectors WHERE row = 7;
            """);
        Document[] present = [.. documents.Where(document => document.Id != "d6"), older];
        AssertAnswers(store, present, random);
        Assert.Contains(store.Find(DocumentFilter.Parse("""{"lang":"ko"}""")), document => document.Id == "older");
    }

    [Fact]
    public void Find_AfterReplacementAndDeletion_ForgetsTheFormerFields()
    {
        using DocumentStore store = Stored([Of("a", """{"lang":"ko"}"""), Of("b", """{"lang":"ko"}"""), Of("c", """{"lang":"zh"}""")]);
        DocumentFilter filter = DocumentFilter.Parse("""{"lang":"ko"}""");
        Assert.Equal(2, store.CountOf(filter));
        store.Upsert([new DocumentVector(Of("a", """{"lang":"en"}"""), new float[2])]);
        store.Delete(["b"]);
        Assert.Empty(store.Find(filter));
        Assert.Equal(["zh 1", "en 1"], store.Facet("lang").Select(value => $"{value.Value} {value.Count}").OrderDescending());
        store.Verify();
        Assert.Equal(2, Scalar("SELECT count(*) FROM fields"));
    }

    [Theory]
    [InlineData("UPDATE fields SET key = x'00' WHERE row = 1", "the fields of document 'a' are not those of its metadata")]
    [InlineData("DELETE FROM fields WHERE row = 1", "the fields of document 'a'")]
    public void Verify_DamagedFields_NamesTheFinding(string damage, string finding)
    {
        using DocumentStore store = Stored([Of("a", """{"lang":"ko"}""")]);
        Execute(damage);
        Assert.Contains(finding, Assert.Throws<IndexCorruptException>(() => store.Verify()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Facet_CountsEachValueOncePerDocument()
    {
        using DocumentStore store = Stored(
        [
            Of("a", """{"tags":["x","y","x"],"n":1,"ok":true}"""), Of("b", """{"tags":"x","n":1.0,"ok":1,"odd.name":1}"""), Of("c", """{"tags":["y"],"n":-2.50,"ok":true}"""),
            Of("d", """{"tags":["2024-05-01",null,{"z":1}],"n":null}"""), Of("e", null),
        ]);
        Assert.Equal(["\"x\" 2", "\"y\" 2", "\"2024-05-01\" 1"], Facet(store, "tags"));
        Assert.Equal(["1 2", "-2.5 1"], Facet(store, "n"));
        Assert.Equal(["true 2", "1 1"], Facet(store, "ok"));
        Assert.Equal(["1 1"], Facet(store, "odd.name"));
        Assert.Equal(["\"text\" 5"], Facet(store, "text"));
        Assert.Equal(["\"x\" 1", "\"y\" 1"], Facet(store, "tags", """{"id":{"$in":["a","e"]}}"""));
        Assert.Empty(Facet(store, "nothing"));
    }

    [Theory]
    [InlineData(VectorIndexKind.Exact)]
    [InlineData(VectorIndexKind.Hnsw)]
    public void Search_UnderAFilter_FindsTheBestOfThoseThatFulfilIt(VectorIndexKind kind)
    {
        Random random = new(3);
        Document[] documents = [.. Enumerable.Range(0, 600).Select(i => new Document($"d{i}", $"w{random.Next(40)} w{random.Next(40)} w{random.Next(40)}") { Metadata = $$"""{"group":{{i % 20}}}""" })];
        using SemanticIndex index = SemanticIndex.OpenOrCreate(Folder, new WordEncoder());
        index.Vectors.Configure(new VectorIndexSettings { Kind = kind });
        index.Add(documents);
        using LexicalIndex words = new(index.Store);
        foreach (string query in (string[])["""{"group":{"$lt":10}}""", """{"group":3}""", """{"group":99}""", "{}"])
        {
            DocumentFilter filter = DocumentFilter.Parse(query);
            string[] wanted = [.. index.Search("w1 w2 w3", 600).Where(hit => filter.Matches(hit.Document)).Select(hit => hit.Document.Id)];
            Assert.Equal(wanted.Take(10), Ids(index.Search("w1 w2 w3", 10, filter)));
            VectorSearchOptions second = new() { Filter = filter, Offset = 10 };
            Assert.Equal(wanted.Skip(10).Take(5), Ids(index.SearchMany(["w1 w2 w3"], 5, second)[0]));
            wanted = [.. words.Search("w1 w2 w3", 600).Where(hit => filter.Matches(hit.Document)).Select(hit => hit.Document.Id)];
            LexicalQuery terms = LexicalQuery.Words("w1 w2 w3");
            Assert.Equal(wanted.Take(10), Ids(words.Search(terms, 10, filter)));
            Assert.Equal(wanted.Skip(10).Take(5), Ids(words.Search(terms, 5, new SearchOptions { Filter = filter, Offset = 10 })));
            Assert.Equal(wanted.Length, words.Facet(terms, "group", filter).Sum(value => value.Count));
        }

        // A later document is found without anything being made anew.
        index.Add([new Document("late", "w1 w2 w3") { Metadata = """{"group":3}""" }]);
        Assert.Equal("late", index.Search("w1 w2 w3", 1, DocumentFilter.Parse("""{"group":3}"""))[0].Document.Id);
    }

    [Fact]
    public void Search_WithAnOffsetBelowZero_IsRefused()
    {
        using SemanticIndex index = SemanticIndex.OpenOrCreate(Folder, new WordEncoder());
        Assert.Throws<ArgumentOutOfRangeException>(() => index.SearchMany(["a"], 1, new VectorSearchOptions { Offset = -1 }));
        Assert.Empty(index.SearchMany(["a"], 1, new VectorSearchOptions { Offset = int.MaxValue })[0]);
    }

    private static void AssertAnswers(DocumentStore store, Document[] documents, RandomFields random)
    {
        for (int i = 0; i < 100; i++)
        {
            DocumentFilter filter = DocumentFilter.Parse(random.Filter());
            Assert.Equal(documents.Where(filter.Matches).Select(document => document.Id), store.Find(filter).Select(document => document.Id));
        }
    }

    private static string[] Facet(DocumentStore store, string field, string? filter = null) =>
        [.. store.Facet(field, filter is null ? null : DocumentFilter.Parse(filter)).Select(value => $"{value.Value.ToJsonString()} {value.Count}")];

    private static IEnumerable<string> Ids(IEnumerable<SearchHit> hits) => hits.Select(hit => hit.Document.Id);

    private static Document Of(string id, string? metadata) => new(id, "text") { Metadata = metadata };

    private DocumentStore Stored(Document[] documents)
    {
        DocumentStore store = DocumentStore.OpenOrCreate(Folder, Facts);
        store.Upsert([.. documents.Select(document => new DocumentVector(document, new float[2]))]);
        return store;
    }

    private void Execute(string sql)
    {
        using SqliteConnection connection = StoreDatabase.Connect(Folder, TimeSpan.FromSeconds(5));
        StoreDatabase.Execute(connection, sql);
    }

    private long Scalar(string sql)
    {
        using SqliteConnection connection = StoreDatabase.Connect(Folder, TimeSpan.FromSeconds(5));
        return (long)StoreDatabase.Scalar(connection, sql)!;
    }
}

using Akin.Search;
using Akin.Search.Filters;
using Akin.Search.Postgres;
using Akin.Search.Storage;

namespace Akin.Docs.Tests.Snippets;

[Collection(SnippetCollection.Name)]
public sealed class ScaleSnippets : Snippet
{
    [PostgresFact]
    public void Server()
    {
        string address = PostgresServer.NewIndex();
        #region server
        using PostgresVectorStore store = PostgresVectorStore.OpenOrCreate(address, new IndexFacts("my-model", Dimension: 3));
        store.Upsert([
            new DocumentVector(new Document("1", "The heating is repaired on Tuesday.") { Metadata = """{"floor": 2}""" }, new float[] { 1, 0, 0 }),
            new DocumentVector(new Document("2", "Cake in the kitchen!") { Metadata = """{"floor": 1}""" }, new float[] { 0, 1, 0 })]);
        store.Publish();
        Console.WriteLine(store.SearchVectors([[0.9f, 0.1f, 0]], count: 1)[0][0].Document.Text);
        Console.WriteLine(store.SearchWords(["kitchen"], count: 1)[0][0].Document.Text);
        SearchOptions upstairs = new() { Filter = DocumentFilter.Parse("""{"floor": {"$gt": 1}}""") };
        Console.WriteLine(store.SearchVectors([[0, 1, 0]], count: 5, upstairs)[0].Count);
        #endregion
        Assert.Equal("The heating is repaired on Tuesday.\nCake in the kitchen!\n1\n", Printed);
    }
}

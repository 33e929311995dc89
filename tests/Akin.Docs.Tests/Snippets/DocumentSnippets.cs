using Akin.Pipelines;
using Akin.Search;
using Akin.Search.Filters;

namespace Akin.Docs.Tests.Snippets;

[Collection(ModelServerCollection.Name)]
public sealed class DocumentSnippets : Snippet
{
    [SharedFact(ModelServer.Model)]
    public void Filter()
    {
        #region filter
        using SemanticIndex shop = SemanticIndex.OpenOrCreate("shop.akin", SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2"));
        shop.Add(
        [
            new Document("1", "Wool coat, lined") { Metadata = """{"price": 120, "lang": "en", "maker": {"name": "Nord"}, "sizes": ["S", "M"]}""" },
            new Document("2", "Rain jacket") { Metadata = """{"price": 45, "lang": "en", "maker": {"name": "Nord"}, "sizes": ["M", "L"]}""" },
            new Document("3", "Straw hat") { Metadata = """{"price": 20, "lang": "en", "maker": {"name": "Sud"}, "since": "2024-05-01"}""" },
        ]);
        DocumentFilter affordable = DocumentFilter.Parse("""{"lang": "en", "price": {"$lt": 100}}""");
        foreach (SearchHit hit in shop.Search("something warm for winter", count: 10, affordable))
        {
            Console.WriteLine($"{hit.Document.Text}, {hit.Document.Field("price")}");
        }

        VectorSearchOptions secondPage = new() { Filter = affordable, Offset = 1 };
        Console.WriteLine(shop.SearchMany(["something warm for winter"], count: 10, secondPage)[0].Count);
        foreach (FacetValue maker in shop.Store.Facet("maker.name", affordable))
        {
            Console.WriteLine($"{maker.Value}: {maker.Count}");
        }
        #endregion
        Assert.Equal("Rain jacket, 45\nStraw hat, 20\n1\nNord: 1\nSud: 1\n", Printed);
    }
}

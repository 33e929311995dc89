using System.Text.Json.Nodes;
using Akin.Pipelines;
using Akin.Search;
using Akin.Search.Documents;
using Akin.Search.Evaluation;
using Akin.Search.Filters;

namespace Akin.Docs.Tests.Snippets;

[Collection(SnippetCollection.Name)]
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

    [SharedFact(ModelServer.Model)]
    public void Array()
    {
        #region array
        DocumentArray answers =
        [
            new DocumentNode("refund") { Text = "A refund takes seven days.", Tags = new JsonObject { ["lang"] = "en", ["price"] = 0 } },
            new DocumentNode("hours") { Text = "The shop opens at nine.", Tags = new JsonObject { ["lang"] = "en" } },
        ];
        DocumentArray questions = [new DocumentNode("q1") { Text = "When do you open?" }];
        SentenceTransformer model = SentenceTransformer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        answers.Embed(model);
        questions.Embed(model);
        questions.Match(answers, new MatchOptions { Limit = 1, Filter = DocumentFilter.Parse("""{"tags__lang": "en"}""") });
        foreach (DocumentNode match in questions.Traverse("@m"))
        {
            Console.WriteLine($"{match.Id}: {match.Text}");
        }

        answers.Apply(document =>
        {
            document.Chunks.AddRange(document.Text.Split(' ').Select(word => new DocumentNode { Text = word }));
            return document;
        });
        Console.WriteLine(string.Join(' ', answers.Traverse("@r[0]c[1:3]").Column("text").Select(text => (string?)text)));

        DocumentArray truth = [new DocumentNode("q1")];
        truth[0].Matches.Add(new DocumentNode("hours"));
        Console.WriteLine(questions.Evaluate(truth, RetrievalMeasure.PrecisionAt(1))["P_1"]);

        DocumentFile.Save(answers, "answers.protobuf");
        Document forAnIndex = DocumentFile.Load("answers.protobuf")["hours"].ToDocument();
        Console.WriteLine(forAnIndex.Metadata);
        #endregion
        Assert.Equal("hours: The shop opens at nine.\nrefund takes\n1\n{\"lang\":\"en\"}\n", Printed);
    }
}

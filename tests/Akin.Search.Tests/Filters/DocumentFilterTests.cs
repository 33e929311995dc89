using System.Text.Json.Nodes;
using Akin.Search.Filters;

namespace Akin.Search.Tests.Filters;

/// <summary>Filters against DocArray's answers, and what MongoDB's language has besides.</summary>
public sealed class DocumentFilterTests
{
    private static readonly JsonObject Inputs = Golden("inputs.json");

    private static readonly JsonArray Answers = Golden("search.json")["filter"]!.AsArray();

    public static TheoryData<int> Answered => [.. Enumerable.Range(0, Answers.Count).Where(i => Answers[i]!["result"] is not null)];

    [Theory]
    [MemberData(nameof(Answered))]
    public void Matches_OfTheReferencesDocuments_ChoosesTheSame(int number)
    {
        DocumentFilter filter = DocumentFilter.Parse(Answers[number]!["query"]!.ToJsonString());
        Assert.Equal(Answers[number]!["result"]!.AsArray().Select(id => id!.GetValue<string>()), Chosen(filter));
    }

    /// <summary>What the reference does not answer: Akin refuses it with words, or answers as MongoDB does.</summary>
    [Theory]
    [InlineData("""{"tags__lang":{"$ne":"ko"}}""", "d0 d2 d3 d5 d6 d8 d9 d11 d12 bare dup_vec zero_vec")]
    [InlineData("""{"tags__lang":"ko"}""", "d1 d4 d7 d10 d13")]
    [InlineData("""{"tags__lang":{"$not":{"$eq":"ko"}}}""", "d0 d2 d3 d5 d6 d8 d9 d11 d12 bare dup_vec zero_vec")]
    [InlineData("""{"tags__price":{"$and":[{"$gt":1},{"$lt":5}]}}""", "d0 d2 d9 d13")]
    [InlineData("""{"tags__price":{"$gt":"5"}}""", "")]
    [InlineData("""{"tags__price":{"$regex":"1"}}""", "")]
    [InlineData("""{"tags__stock":{"$gt":"{tags__nothing}"}}""", "")]
    [InlineData("""{"text":{"$eq":"{tags__name} x {text}"}}""", "")]
    [InlineData("""{"text":{"$eq":"{not closed"}}""", "")]
    [InlineData("""{"nofield":{"$eq":1}}""", "")]
    public void Matches_OfWhatTheReferenceRefuses_AnswersAsMongoDoes(string query, string ids)
    {
        Assert.Contains(Answers, answer => answer!["error"] is not null && answer["query"]!.ToJsonString() == JsonNode.Parse(query)!.ToJsonString());
        Assert.Equal(ids.Split(' ', StringSplitOptions.RemoveEmptyEntries), Chosen(DocumentFilter.Parse(query)));
    }

    [Theory]
    [InlineData("""{"tags__labels":{"$exists":"yes"}}""", "tags__labels.$exists", "true or false", "\"yes\"")]
    [InlineData("""{"tags__lang":{}}""", "tags__lang", "no operator", "$regex")]
    [InlineData("""{"tags__lang":{"$foo":1}}""", "tags__lang.$foo", "no operator '$foo'", "$nin")]
    [InlineData("""{"$foo":[]}""", "$foo", "$and, $or and $not", "$gt")]
    [InlineData("""{"tags__lang":{"$in":"kozh"}}""", "tags__lang.$in", "a list", "kozh")]
    [InlineData("""{"tags__lang":{"$in":5}}""", "tags__lang.$in", "a list", "5")]
    [InlineData("""{"text":{"$regex":"("}}""", "text.$regex", "'('", "offset 1")]
    [InlineData("""{"text":{"$regex":"(?=a)b"}}""", "text.$regex", "cannot be searched for", "(?=a)b")]
    [InlineData("""[{"tags__lang":{"$eq":"ko"}}]""", "", "an object", "lang")]
    [InlineData("""{"$and":[{"a":1},{"b":{"$size":-1}}]}""", "$and[1].b.$size", "whole number", "-1")]
    [InlineData("""{"a":{"$gt":1,"b":2}}""", "a.b", "no operator 'b'", "$lt")]
    [InlineData("""{"a":1,"a":2}""", "", "twice", "a")]
    [InlineData("{", "", "not JSON", "1")]
    public void Parse_OfAFilterThatIsNone_NamesThePlace(string query, string place, string problem, string hint)
    {
        InvalidFilterException error = Assert.Throws<InvalidFilterException>(() => DocumentFilter.Parse(query));
        Assert.Equal(place, error.Place);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matches_OfValuesOfOtherKinds_NeitherThrowsNorOrdersThem()
    {
        JsonObject mixed = Inputs["mixed_extra"]!.DeepClone().AsObject();
        foreach ((string query, bool expected) in new[]
        {
            ("""{"tags__price":{"$gt":5}}""", false), ("""{"tags__price":{"$eq":"10"}}""", true), ("""{"tags__price":{"$eq":10}}""", false),
            ("""{"tags__price":{"$in":[10,"10"]}}""", true), ("""{"tags__lang":{"$regex":"k"}}""", false), ("""{"tags.lang":5}""", true),
        })
        {
            Assert.Equal(expected, DocumentFilter.Parse(query).Matches(mixed));
        }
    }

    [Theory]
    [InlineData("""{"published":{"$gte":"2024-05-01","$lt":"2024-06-01"}}""", true)]
    [InlineData("""{"published":{"$gt":"2024-05-03T20:00:00Z"}}""", false)]
    [InlineData("""{"published":"2024-05-03T19:30:00+00:00"}""", true)]
    [InlineData("""{"maker.name":"Mun","maker.years.1":1999}""", true)]
    [InlineData("""{"maker":{"name":"Mun","years":[1998,1999]}}""", true)]
    [InlineData("""{"colours":"red"}""", true)]
    [InlineData("""{"colours":{"$nin":["blue","red"]}}""", false)]
    [InlineData("""{"colours":["red","green"]}""", true)]
    [InlineData("""{"colours":{"$size":2},"price":{"$lte":12.50}}""", true)]
    [InlineData("""{"price":{"$gt":12.4999999999999999999}}""", true)]
    [InlineData("""{"serial":9007199254740993}""", true)]
    [InlineData("""{"serial":9007199254740992}""", false)]
    [InlineData("""{"price":{"$lt":1e300}}""", true)]
    [InlineData("""{"a.b":7}""", true)]
    [InlineData("""{"title":{"$regex":"^램프"},"id":"7"}""", true)]
    [InlineData("""{"text":{"$regex":"(?i)DESK"}}""", true)]
    [InlineData("""{"nothing":null,"gone":{"$exists":false}}""", true)]
    [InlineData("""{"$not":{"price":{"$gt":100}}}""", true)]
    [InlineData("{}", true)]
    public void Matches_OfADocument_LooksAtItsFieldsAndMetadata(string query, bool expected)
    {
        Document document = new("7", "A lamp for the desk")
        {
            Title = "램프",
            Metadata = """
                {"published": "2024-05-03T21:30:00+02:00", "maker": {"name": "Mun", "years": [1998, 1999]}, "colours": ["red", "green"], "price": 12.5,
                 "serial": 9007199254740993, "a.b": 7, "nothing": null, "id": "not this"}
                """,
        };
        DocumentFilter filter = DocumentFilter.Parse(query);
        Assert.Equal(expected, filter.Matches(document));
        Assert.Equal(expected, DocumentFilter.Parse(filter.ToString()).Matches(document));
        Assert.False(DocumentFilter.Parse("""{"price": 12.5}""").Matches(new Document("8", "without metadata")));
    }

    private static IEnumerable<string> Chosen(DocumentFilter filter) =>
        Inputs["collection"]!.AsArray().Where(document => filter.Matches(Fields(document!.AsObject()))).Select(document => document!["id"]!.GetValue<string>());

    /// <summary>A document as DocArray sees it: what is empty or at its default is not there.</summary>
    private static JsonObject Fields(JsonObject document)
    {
        JsonObject fields = [];
        foreach ((string name, JsonNode? value) in document)
        {
            if (value is not null && value.ToJsonString() is not ("\"\"" or "[]" or "{}" or "0" or "0.0"))
            {
                fields[name] = value.DeepClone();
            }
        }

        return fields;
    }

    private static JsonObject Golden(string name) => JsonNode.Parse(File.ReadAllBytes(Repository.Golden("wire", "docarray_v1", name)))!.AsObject();
}

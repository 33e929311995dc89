using System.Net;
using System.Text;
using System.Text.Json;
using Akin.Client.Messages;
using Akin.Search;
using Akin.Search.Filters;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;
using Akin.Server.Batching;
using Akin.Server.Http;
using Akin.Server.Indexes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Akin.Server.Tests.Indexes;

[Collection(IndexServerCollection.Name)]
public sealed class IndexSearchTests(IndexServer server)
{
    private static readonly string[] s_queries = ["I lost my card", "책을 더 오래 빌릴 수 있나요?", "几点关门", "wifi password"];

    [Theory]
    [InlineData("dense", null)]
    [InlineData("words", null)]
    [InlineData("hybrid", null)]
    [InlineData("hybrid", 0.25)]
    public async Task Search_InEveryMode_IsThatOfTheLibrary(string mode, double? meaning)
    {
        using SemanticIndex index = SemanticIndex.OpenOrCreate(server.FolderOf("library"), IndexServer.Model);
        using LexicalIndex words = new(index.Store);
        HybridIndex hybrid = new(index, words, meaning is { } share ? HybridWeights.OfMeaning(share) : null);
        DocumentFilter filter = DocumentFilter.Parse("""{"lang": {"$in": ["en", "ko"]}}""");
        VectorSearchOptions options = new() { Filter = filter, Offset = 2 };
        foreach (string query in s_queries)
        {
            IReadOnlyList<SearchHit> expected = mode switch
            {
                "dense" => index.SearchMany([query], 6, options)[0],
                "words" => words.Search(LexicalQuery.Parse(query), 6, new SearchOptions { Filter = filter, Offset = 2 }),
                _ => hybrid.Search(query, 6, options),
            };
            IndexSearchResponse answer = await server.SearchAsync(
                "library", new IndexSearchRequest { Query = query, Mode = mode, Meaning = meaning, Count = 6, Offset = 2, Filter = JsonElement.Parse(filter.ToString()) });
            Assert.Equal(expected.Select(hit => (hit.Document.Id, hit.Score)), answer.Hits.Select(hit => (hit.Id, (float)hit.Score)));
            Assert.Equal(Enumerable.Range(3, expected.Count), answer.Hits.Select(hit => hit.Rank));
            Assert.Equal(mode, answer.Mode);
            Assert.Equal(mode == "hybrid" ? Math.Round(hybrid.Weights.Meaning, 4) : null, answer.Meaning);
        }
    }

    [Fact]
    public async Task Search_OfAQuestion_TellsLanguagesPlacesAndHowEachWasFound()
    {
        IndexSearchResponse answer = await server.SearchAsync(
            "library", new IndexSearchRequest { Query = "I lost my card", Highlight = true, Explain = true, Sentence = true, Facets = ["lang", "none"], Count = 30 });
        IndexHit first = answer.Hits[0];
        Assert.Equal("en-lost-card", first.Id);
        Assert.Equal("I lost my card", first.Title);
        Assert.Equal("en", first.Language);
        Assert.Equal("en", first.Fields!["lang"].GetString());
        Assert.Contains(answer.Hits, hit => hit.Language == "ko");
        Assert.Contains("card", first.Highlights!.Text.Select(place => first.Text[place.Start..place.End]));
        Assert.Contains(first.Highlights.Title, place => first.Title![place.Start..place.End] == "lost my card" || first.Title[place.Start..place.End] == "lost");
        Assert.Equal((0, first.Text.Length), (first.Highlights.Snippet.Start, first.Highlights.Snippet.End));
        Assert.Equal(((int?)1, (int?)1), (first.Explanation!.Meaning!.Rank, first.Explanation.Words!.Rank));
        Assert.Equal(first.Score, first.Explanation.Meaning.Share + first.Explanation.Words.Share, 3);
        Assert.Null(first.Explanation.Rerank);
        Assert.All(answer.Hits, hit =>
        {
            string sentence = hit.Text[hit.Sentence!.Start..hit.Sentence.End];
            Assert.Equal(sentence.Trim(), sentence);
            Assert.InRange(hit.Sentence.Score, -1, 1);
        });
        Assert.Contains("block the card", first.Text[first.Sentence!.Start..first.Sentence.End], StringComparison.Ordinal);
        Assert.Equal(60, answer.Facets!["lang"].Sum(value => value.Count));
        Assert.Empty(answer.Facets["none"]);
    }

    [Fact]
    public async Task Search_ByWords_KnowsSignsAndCountsFacetsInWhatMatches()
    {
        IndexSearchResponse answer = await server.SearchAsync("library", new IndexSearchRequest { Query = "+card -lost", Mode = "words", Facets = ["lang"], Count = 50, Fields = ["title", "missing"] });
        Assert.NotEmpty(answer.Hits);
        Assert.All(answer.Hits, hit => Assert.DoesNotContain("lost", hit.Title + hit.Text, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(answer.Hits.Count, answer.Facets!["lang"].Sum(value => value.Count));
        Assert.All(answer.Hits, hit => Assert.Equal(["missing", "title"], hit.Fields!.Keys.Order()));
        Assert.Empty((await server.SearchAsync("library", new IndexSearchRequest { Query = "qqqq", Mode = "words" })).Hits);
    }

    [Fact]
    public async Task Search_SimilarToADocument_FindsItsTranslationsAndNotItself()
    {
        IndexSearchResponse answer = await server.SearchAsync("library", new IndexSearchRequest { SimilarTo = "en-lost-card", Count = 5 });
        Assert.Equal(5, answer.Hits.Count);
        Assert.DoesNotContain(answer.Hits, hit => hit.Id == "en-lost-card");
        Assert.Contains(answer.Hits, hit => hit.Id.EndsWith("-lost-card", StringComparison.Ordinal));
        IndexSearchResponse next = await server.SearchAsync("library", new IndexSearchRequest { SimilarTo = "en-lost-card", Count = 2, Offset = 3 });
        Assert.Equal(answer.Hits.Skip(3).Select(hit => hit.Id), next.Hits.Select(hit => hit.Id));
    }

    [Fact]
    public async Task Index_Described_TellsFactsFieldsAndLanguages()
    {
        string list = await server.Client.GetStringAsync("/v1/indexes");
        IndexSummary library = JsonSerializer.Deserialize(list, AkinJson.Wire.IndexesResponse)!.Indexes[0];
        Assert.Equal(new IndexSummary("library", 60, "akin-mini-ko-zh-en", 384) { Metric = "cosine", Kind = "exact", Precision = "float32" }, library);
        IndexDescription description = JsonSerializer.Deserialize(await server.Client.GetStringAsync("/v1/indexes/library"), AkinJson.Wire.IndexDescription)!;
        Assert.Equal((60, 384), (description.Documents, description.Dimensions));
        Assert.True(description.SizeBytes > 60 * 384 * sizeof(float));
        IndexField field = Assert.Single(description.Fields);
        Assert.Equal(("lang", 60, 3), (field.Name, field.Documents, field.DistinctValues));
        Assert.Equal(["en", "ko", "zh"], description.Languages.Select(value => value.Value.GetString()).Order());
        Assert.Equal("lang", description.LanguagesOf);
        Assert.Empty(description.Rerankers);
    }

    [Theory]
    [InlineData("words")]
    [InlineData("dense")]
    public async Task Search_WhoseDeadlineHasPassed_IsAnswered504(string mode)
    {
        IndexSearch search = server.Services.GetRequiredService<IndexSearch>();
        ServedIndex library = server.Services.GetRequiredService<IndexCatalog>().Find("library");
        IndexSearchRequest request = new() { Query = s_queries[0], Mode = mode };
        Assert.NotEmpty((await search.RunAsync(library, request, RequestLimits.Within(TimeSpan.FromMinutes(1), CancellationToken.None))).Hits);
        RequestException late = await Assert.ThrowsAsync<RequestException>(() => search.RunAsync(library, request, RequestLimits.Within(TimeSpan.Zero, CancellationToken.None)));
        Assert.Equal(StatusCodes.Status504GatewayTimeout, late.Status);
        using CancellationTokenSource gone = new();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search.RunAsync(library, request, RequestLimits.Within(TimeSpan.FromMinutes(1), gone.Token)));
    }

    [Theory]
    [InlineData("pca")]
    [InlineData("tsne")]
    public async Task Map_OfAnIndex_HasEveryDocumentInTheSquareWithItsField(string method)
    {
        string text = await server.Client.GetStringAsync($"/v1/indexes/library/map?field=lang&method={method}");
        MapResponse map = JsonSerializer.Deserialize(text, AkinJson.Wire.MapResponse)!;
        Assert.Equal((60, 60, method), (map.Total, map.Points.Count, map.Method));
        Assert.Equal(IndexServer.Library.Select(document => document.Id), map.Points.Select(point => point.Id));
        Assert.All(map.Points, point => Assert.True(Math.Abs(point.X) <= 1 && Math.Abs(point.Y) <= 1));
        Assert.Equal(1, map.Points.Max(point => Math.Max(Math.Abs(point.X), Math.Abs(point.Y))), 3);
        Assert.All(map.Points, point => Assert.StartsWith(point.Value!.Value.GetString()!, point.Id));
        Assert.Equal(method == "pca", map.Variance is > 0 and < 1);
    }

    [Theory]
    [InlineData("""{}""", "query")]
    [InlineData("""{"query": "  "}""", "query")]
    [InlineData("""{"query": "a", "similar_to": "b"}""", "query")]
    [InlineData("""{"query": "\"open", "mode": "words"}""", "query")]
    [InlineData("""{"query": "a", "mode": "best"}""", "mode")]
    [InlineData("""{"query": "a", "meaning": 1.5}""", "meaning")]
    [InlineData("""{"query": "a", "mode": "dense", "meaning": 0.5}""", "meaning")]
    [InlineData("""{"query": "a", "count": 0}""", "count")]
    [InlineData("""{"query": "a", "count": "ten"}""", "count")]
    [InlineData("""{"query": "a", "count": 1001}""", "count")]
    [InlineData("""{"query": "a", "offset": -1}""", "offset")]
    [InlineData("""{"query": "a", "filter": {"price": {"$less": 5}}}""", "filter.price.$less")]
    [InlineData("""{"query": "a", "filter": "lang"}""", "filter")]
    [InlineData("""{"query": "a", "rerank": true}""", "rerank")]
    [InlineData("""{"query": "a", "rerank": 3}""", "rerank")]
    [InlineData("""{"query": "a", "group": "best"}""", "group")]
    [InlineData("""{"query": "a", "facets": [""]}""", "facets")]
    [InlineData("""{"query": "a", "fields": [null]}""", "fields")]
    [InlineData("""{"query": "\ud800"}""", "query")]
    [InlineData("""{"query": "a", "limit": 3}""", "limit")]
    [InlineData("""{"similar_to": "en-lost-card", "mode": "words"}""", "mode")]
    [InlineData("""{"similar_to": "en-lost-card", "highlight": true}""", "similar_to")]
    public async Task Search_ThatCannotBeUnderstood_NamesTheField(string body, string field)
    {
        using HttpResponseMessage response = await PostAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Problem problem = await IndexServer.ProblemOf(response);
        Assert.Equal(field, problem.Field);
        Assert.False(string.IsNullOrWhiteSpace(problem.Detail));
    }

    [Fact]
    public async Task Request_ForWhatIsNotThere_IsRefused()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/v1/indexes/other")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync("/v1/indexes/library/documents/no-such")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.DeleteAsync("/v1/indexes/library/documents/no-such")).StatusCode);
        Assert.Equal("similar_to", (await IndexServer.ProblemOf(await PostAsync("""{"similar_to": "no-such"}"""))).Field);
        Assert.Equal("method", (await IndexServer.ProblemOf(await server.Client.GetAsync("/v1/indexes/library/map?method=umap"))).Field);
        Assert.Equal("limit", (await IndexServer.ProblemOf(await server.Client.GetAsync("/v1/indexes/library/documents?limit=0"))).Field);
        Assert.Equal("filter", (await IndexServer.ProblemOf(await server.Client.GetAsync("/v1/indexes/library/documents?filter=%7B"))).Field);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("""{"query": """)).StatusCode);
        using StringContent text = new("""{"query": "a"}""", Encoding.UTF8, "text/plain");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await server.Client.PostAsync("/v1/indexes/library/search", text)).StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        return await server.Client.PostAsync("/v1/indexes/library/search", content);
    }
}

using Akin.Client.Messages;
using Akin.Pipelines;
using Akin.Search;
using Akin.Server;
using Microsoft.AspNetCore.Builder;

namespace Akin.Client.Tests;

/// <summary>The client against Akin's own server, with models of all kinds and an index.</summary>
public sealed class RunningServerTests : IAsyncLifetime, IDisposable
{
    private static readonly string Encoder = Path.Combine(Repository.Root, "models", "akin-mini-ko-zh-en");

    private readonly string _folder = Directory.CreateTempSubdirectory("akin-client-").FullName;
    private WebApplication _server = null!;
    private AkinClient _client = null!;

    public async Task InitializeAsync()
    {
        string index = Path.Combine(_folder, "notes.akin");
        SemanticIndex.OpenOrCreate(index, SentenceTransformer.FromPretrained(Encoder)).Dispose();
        _server = AkinServer.Build(new AkinServerOptions
        {
            Urls = "http://127.0.0.1:0",
            Models = [Encoder, $"rank={TinyModel.In(Path.Combine(_folder, "reranker"), "cross_encoder_bce")}", $"classes={TinyModel.In(Path.Combine(_folder, "classifier"))}"],
            Indexes = [index],
            ApiKeys = ["write:secret-of-writers", "read:secret-of-readers"],
        });
        await AkinServer.StartAsync(_server);
        _client = new AkinClient(new Uri(_server.Urls.Single()), new AkinClientOptions { ApiKey = "secret-of-writers", BatchSize = 8 });
    }

    public void Dispose() => _client.Dispose();

    public async Task DisposeAsync()
    {
        await AkinServer.StopAsync(_server);
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Encode_ManyTexts_GivesTheLibrarysOwnBits()
    {
        string[] texts = [.. Enumerable.Range(0, 50).Select(i => $"text {i} 한국어 中文 {new string('x', i)}")];
        SentenceTransformer local = SentenceTransformer.FromPretrained(Encoder);
        EncodeResponse answer = await _client.EncodeAsync(texts, new EncodeSettings { Dimensions = 32, Normalize = true });
        Assert.Equal(
            local.Encode(texts, new EmbeddingOptions { Normalize = true, TruncateDimension = 32 }), answer.Embeddings.Select(vector => vector.Values.ToArray()));
        Assert.Equal(("akin-mini-ko-zh-en", 50), (answer.Model, answer.Usage.Texts));
        Assert.True(await _client.IsReadyAsync());
    }

    [Fact]
    public async Task RerankAndClassify_Texts_AreOrderedAndNamed()
    {
        IReadOnlyList<ModelCard> models = await _client.ModelsAsync();
        Assert.Equal([("akin-mini-ko-zh-en", "encoder"), ("rank", "reranker"), ("classes", "classifier")], models.Select(model => (model.Id, model.Kind!)));
        RerankResponse ranked = await _client.RerankAsync("the cat", ["a dog", "the cat", "no"], topN: 2);
        Assert.Equal(2, ranked.Results.Count);
        Assert.True(ranked.Results[0].RelevanceScore >= ranked.Results[1].RelevanceScore);
        ClassifyResponse classes = await _client.ClassifyAsync(["the cat", "no"], model: "classes");
        Assert.Equal(2, classes.Results.Count);
        Assert.All(classes.Results, labels => Assert.Equal(1, labels.Sum(label => label.Score), 1e-4));
        Assert.Equal(models[2].Labels!.Order(), classes.Results[0].Select(label => label.Label).Order());
    }

    [Fact]
    public async Task Search_Reranked_IsInTheOrderOfTheReranker()
    {
        IndexClient notes = _client.Index("notes");
        string[] texts = ["the cat sat on the mat", "a dog", "no cat here", "the mat is red", "cats and dogs"];
        await notes.AddAsync([.. texts.Select((text, i) => new IndexDocument($"{i}", text))]);
        IndexSearchResponse found = await notes.SearchAsync(
            new IndexSearchRequest { Query = "the cat", Rerank = new RerankChoice(true, "rank"), Explain = true, Count = texts.Length });
        RerankResponse ranked = await _client.RerankAsync("the cat", texts, model: "rank");
        Assert.Equal("rank", found.Reranker);

        // Texts of words that the tiny model does not know have equal scores, and any order. A search shows the model's own score, /v1/rerank its sigmoid.
        Dictionary<string, double> scores = ranked.Results.ToDictionary(result => $"{result.Index}", result => result.RelevanceScore);
        double[] relevances = [.. found.Hits.Select(hit => 1 / (1 + Math.Exp(-hit.Explanation!.Rerank!.Score)))];
        Assert.Equal(found.Hits.Select(hit => scores[hit.Id]), relevances, (expected, actual) => Math.Abs(expected - actual) < 1e-6);
        Assert.Equal(relevances.OrderDescending(), relevances);
        Assert.Equal(Enumerable.Range(1, texts.Length), found.Hits.Select(hit => hit.Explanation!.Rerank!.Rank!.Value));
        Assert.All(found.Hits, hit => Assert.NotNull(hit.Explanation!.Meaning));
    }

    [Fact]
    public async Task Refusals_OfTheServer_AreExceptionsOfTheirKind()
    {
        using AkinClient stranger = new(_client.Address), reader = new(_client.Address, new AkinClientOptions { ApiKey = "secret-of-readers" });
        await Assert.ThrowsAsync<AkinAccessException>(() => stranger.EncodeAsync(["a"]));
        await Assert.ThrowsAsync<AkinAccessException>(() => reader.Index("notes").AddAsync([new IndexDocument("1", "a")]));
        AkinServerException model = await Assert.ThrowsAnyAsync<AkinServerException>(() => _client.EncodeAsync(["a"], new EncodeSettings { Model = "gpt" }));
        Assert.Equal("model", model.Problem?.Field);
        AkinRequestException dimensions = await Assert.ThrowsAsync<AkinRequestException>(() => _client.EncodeAsync(["a"], new EncodeSettings { Dimensions = 0 }));
        Assert.Equal("dimensions", dimensions.Problem?.Field);
        await Assert.ThrowsAsync<AkinNotFoundException>(() => _client.Index("nothing").DescribeAsync());
    }

    [Fact]
    public async Task Index_FilledFromAStream_FindsPagesAndDeletes()
    {
        IndexClient notes = _client.Index("notes");
        static async IAsyncEnumerable<IndexDocument> Source()
        {
            for (int i = 0; i < 600; i++)
            {
                await Task.Yield();
                yield return new IndexDocument(i == 300 ? "" : $"a/{i} 가", $"note {i} about river {i % 7}");
            }
        }

        AddDocumentsResponse added = await notes.AddAsync(Source());
        Assert.Equal((600, 599, 1), (added.Rows, added.Added, added.RejectedRows));
        Assert.Equal(300, Assert.Single(added.Rejected).Row);
        Assert.Equal(599, (await notes.AddAsync(Source())).Unchanged);

        IndexSearchResponse found = await notes.SearchAsync(new IndexSearchRequest { Query = "note 77", Mode = "words", Count = 3 });
        Assert.Equal("a/77 가", found.Hits[0].Id);
        Assert.Equal("note 77 about river 0", (await notes.GetAsync("a/77 가"))!.Text);
        Assert.True(await notes.DeleteAsync("a/77 가"));
        Assert.False(await notes.DeleteAsync("a/77 가"));
        Assert.Null(await notes.GetAsync("a/77 가"));
        DocumentsResponse page = await notes.PageAsync(offset: 590, limit: 100);
        Assert.Equal((598, 8), (page.Total, page.Documents.Count));
        Assert.Equal(598, (await notes.DescribeAsync()).Documents);
        Assert.Equal("notes", Assert.Single(await _client.IndexesAsync()).Name);
    }
}

using System.Net;
using System.Text.Json;
using Akin.Server.Models;

namespace Akin.Server.Tests;

public class ModelCatalogTests
{
    [Fact]
    public async Task Models_OfSeveralKinds_AnswerWhatTheyAreFor()
    {
        using TemporaryModels folders = new();
        await using RunningServer server = await RunningServer.StartAsync(options => options.Models = [RunningServer.BundledModel, $"rank={folders.Reranker}", $"label={folders.Classifier}"]);
        (_, JsonElement list) = await server.GetAsync("/v1/models");
        Assert.Equal(
            [("akin-mini-ko-zh-en", "encoder"), ("rank", "reranker"), ("label", "classifier")],
            list.GetProperty("data").EnumerateArray().Select(model => (model.GetProperty("id").GetString(), model.GetProperty("kind").GetString())));
        (_, JsonElement encoded) = await server.PostAsync("/v1/encode", """{"texts":["a","b"],"dimensions":3}""");
        Assert.Equal(2, encoded.GetProperty("embeddings").GetArrayLength());
        (_, JsonElement ranked) = await server.PostAsync("/v1/rerank", """{"query":"a","documents":["b",{"text":"c"}],"return_documents":true}""");
        Assert.Equal("rank", ranked.GetProperty("model").GetString());
        Assert.Equal(2, ranked.GetProperty("results").GetArrayLength());
        (_, JsonElement labelled) = await server.PostAsync("/v1/classify", """{"texts":["a","b"],"top_k":1}""");
        Assert.Equal("label", labelled.GetProperty("model").GetString());
        Assert.All(labelled.GetProperty("results").EnumerateArray(), labels => Assert.Equal(1, labels.GetArrayLength()));
        (HttpResponseMessage wrong, JsonElement problem) = await server.PostAsync("/v1/encode", """{"texts":"a","model":"rank"}""");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("akin-mini-ko-zh-en", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Scores_OfRerankerAndClassifier_AreTheLibrarysOwn()
    {
        using TemporaryModels folders = new();
        await using RunningServer server = await RunningServer.StartAsync(options => options.Models = [$"rank={folders.Reranker}", $"label={folders.Classifier}"]);
        string[] documents = ["the cat sat", "a dog", "on the mat"];
        (_, JsonElement ranked) = await server.PostAsync("/v1/rerank", JsonSerializer.Serialize(new { query = "the cat", documents }));
        Pipelines.CrossEncoder reranker = Pipelines.CrossEncoder.FromPretrained(folders.Reranker, new Pipelines.CrossEncoderOptions { Activation = Pipelines.ScoreActivation.Sigmoid });
        Assert.Equal(
            reranker.Rank("the cat", documents).Select(document => (document.CorpusId, document.Score)),
            ranked.GetProperty("results").EnumerateArray().Select(result => (result.GetProperty("index").GetInt32(), result.GetProperty("relevance_score").GetSingle())));
        (_, JsonElement labelled) = await server.PostAsync("/v1/classify", JsonSerializer.Serialize(new { texts = documents }));
        Pipelines.TextClassificationPipeline classifier = Pipelines.TextClassificationPipeline.FromPretrained(folders.Classifier);
        Assert.Equal(
            documents.Select(text => classifier.Classify(text)).Select(result => (result.Label, result.Score)),
            labelled.GetProperty("results").EnumerateArray().Select(labels => (labels[0].GetProperty("label").GetString()!, labels[0].GetProperty("score").GetSingle())));
    }

    [Fact]
    public async Task Folder_ThatChanges_IsLoadedAgainWithoutAStop()
    {
        using TemporaryModels folders = new();
        await using RunningServer server = await RunningServer.StartAsync(options => options.Models = [$"m={folders.Classifier}"]);
        const string Ask = """{"texts":"the cat"}""";
        (_, JsonElement before) = await server.PostAsync("/v1/classify", Ask);
        ModelCatalog catalog = (ModelCatalog)server.Services.GetService(typeof(ModelCatalog))!;
        ServedModel old = catalog.Get("m");
        string config = Path.Combine(folders.Classifier, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("LABEL_", "NAME_", StringComparison.Ordinal));
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (catalog.Get("m") == old)
        {
            await Task.Delay(20, patience.Token);
        }

        (_, JsonElement after) = await server.PostAsync("/v1/classify", Ask);
        Assert.StartsWith("LABEL_", before.GetProperty("results")[0][0].GetProperty("label").GetString());
        Assert.StartsWith("NAME_", after.GetProperty("results")[0][0].GetProperty("label").GetString());
    }

    [Fact]
    public async Task Reload_OfAFolderThatIsBroken_IsRefusedAndTheModelStays()
    {
        using TemporaryModels folders = new();
        await using RunningServer server = await RunningServer.StartAsync(options =>
        {
            options.Models = [$"m={folders.Classifier}"];
            options.WatchesModels = false;
        });
        File.WriteAllText(Path.Combine(folders.Classifier, "config.json"), "{");
        (HttpResponseMessage refused, JsonElement problem) = await server.PostAsync("/v1/models/m/reload", "{}");
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("stays as it was", problem.GetProperty("detail").GetString());
        (HttpResponseMessage response, _) = await server.PostAsync("/v1/classify", """{"texts":"the cat"}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Models_OfOneUseWithTheSameName_AreRefused() =>
        await Assert.ThrowsAsync<ServerSettingException>(() => RunningServer.StartAsync(
            options => options.Models = [$"m={RunningServer.BundledModel}", $"m={RunningServer.BundledModel}/../akin-mini-ko-zh-en"]));
}

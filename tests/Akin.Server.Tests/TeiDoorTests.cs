using System.Net;
using System.Text.Json;
using Akin.Pipelines;

namespace Akin.Server.Tests;

public sealed class TeiDoorTests(BundledModelServer fixture) : IClassFixture<BundledModelServer>
{
    private const string Text = "환불은 영업일 기준 3일 안에 처리됩니다.";

    [Fact]
    public async Task Embed_OfTextsAndOfTheRoot_IsTheLibrarysOwnBitForBit()
    {
        string json = JsonSerializer.Serialize(new { inputs = new[] { Text, "a parcel" } });
        float[][] expected = fixture.Model.Encode([Text, "a parcel"], new EmbeddingOptions { Normalize = true });
        Assert.Equal(expected, Vectors((await fixture.Server.PostAsync("/embed", json)).Body));
        Assert.Equal(expected, Vectors((await fixture.Server.PostAsync("/", json)).Body));
    }

    [Fact]
    public async Task EmbedAll_OfAText_HasAVectorForEveryToken()
    {
        (_, JsonElement body) = await fixture.Server.PostAsync("/embed_all", JsonSerializer.Serialize(new { inputs = Text }));
        float[][] vectors = Vectors(body[0]);
        Assert.Equal(fixture.Model.Tokenize(Text).Length, vectors.Length);
        Assert.All(vectors, vector => Assert.Equal(384, vector.Length));
        Assert.NotEqual(vectors[0], vectors[1]);
    }

    [Fact]
    public async Task Tokenize_AndDecode_GoThereAndBack()
    {
        (_, JsonElement body) = await fixture.Server.PostAsync("/tokenize", JsonSerializer.Serialize(new { inputs = "a parcel" }));
        JsonElement[] tokens = [.. body[0].EnumerateArray()];
        Assert.Equal(fixture.Model.Tokenize("a parcel"), tokens.Select(token => token.GetProperty("id").GetInt32()));
        Assert.True(tokens[0].GetProperty("special").GetBoolean());
        Assert.Equal(JsonValueKind.Null, tokens[0].GetProperty("start").ValueKind);
        Assert.Equal(8, tokens.Where(token => !token.GetProperty("special").GetBoolean()).Max(token => token.GetProperty("stop").GetInt32()));
        int[] ids = [.. tokens.Select(token => token.GetProperty("id").GetInt32())];
        (_, JsonElement texts) = await fixture.Server.PostAsync("/decode", JsonSerializer.Serialize(new { ids }));
        Assert.Equal("a parcel", texts[0].GetString());
    }

    [Fact]
    public async Task Similarity_OfATextWithItself_IsOneAndWithOthersLess()
    {
        (_, JsonElement body) = await fixture.Server.PostAsync(
            "/similarity", JsonSerializer.Serialize(new { inputs = new { source_sentence = Text, sentences = new[] { Text, "The cat is asleep." } } }));
        Assert.Equal(1f, body[0].GetSingle(), 1e-5f);
        Assert.True(body[1].GetSingle() < 0.9f);
    }

    [Theory]
    [InlineData("/embed_sparse", """{"inputs":"a"}""", HttpStatusCode.FailedDependency, "Backend", "/embed")]
    [InlineData("/embed", """{"inputs":[]}""", HttpStatusCode.UnprocessableEntity, "Validation", "inputs is empty")]
    [InlineData("/embed", """{"inputs":"a","dimensions":0}""", HttpStatusCode.UnprocessableEntity, "Validation", "dimensions")]
    [InlineData("/embed", """{"inputs":"a","prompt_name":"poem"}""", HttpStatusCode.UnprocessableEntity, "Validation", "prompt_name")]
    [InlineData("/decode", """{"ids":[-1]}""", HttpStatusCode.UnprocessableEntity, "Validation", "ids")]
    [InlineData("/embed", """{"inputs":""", HttpStatusCode.BadRequest, "Validation", "not valid JSON")]
    public async Task Request_ThatIsWrong_IsRefusedInTeisShape(string path, string json, HttpStatusCode status, string type, string message)
    {
        (HttpResponseMessage response, JsonElement body) = await fixture.Server.PostAsync(path, json);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(type, body.GetProperty("error_type").GetString());
        Assert.Contains(message, body.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("/embed", "inputs", "truncate", "false")]
    [InlineData("/embed", "inputs", "truncation_direction", "\"Left\"")]
    [InlineData("/v1/embed", "texts", "truncate", "\"NONE\"")]
    [InlineData("/v1/embeddings", "input", "truncation", "false")]
    public async Task TextThatIsTooLong_WhereItMayNotBeCutAtItsEnd_IsRefused(string path, string field, string option, string value)
    {
        string text = string.Concat(Enumerable.Repeat("parcel ", 600));
        (HttpResponseMessage refused, JsonElement body) = await fixture.Server.PostAsync(path, $$"""{"{{field}}":["{{text}}"],"{{option}}":{{value}}}""");
        Assert.InRange((int)refused.StatusCode, 400, 422);
        Assert.Contains("tokens", body.GetRawText());
        (HttpResponseMessage cut, _) = await fixture.Server.PostAsync(path, $$"""{"{{field}}":["{{text}}"]}""");
        Assert.Equal(HttpStatusCode.OK, cut.StatusCode);
    }

    [Fact]
    public async Task Info_OfTheServer_NamesItsModelAndLimits()
    {
        (_, JsonElement body) = await fixture.Server.GetAsync("/info");
        Assert.Equal("akin-mini-ko-zh-en", body.GetProperty("model_id").GetString());
        Assert.Equal(fixture.Model.MaxSequenceLength, body.GetProperty("max_input_length").GetInt32());
        Assert.True(body.GetProperty("model_type").TryGetProperty("embedding", out _));
    }

    [Fact]
    public async Task Predict_OfTextsPairsAndBatches_HasTheirShapes()
    {
        using TemporaryModels folders = new();
        await using RunningServer server = await RunningServer.StartAsync(options => options.Models = [$"label={folders.Classifier}"]);
        (_, JsonElement single) = await server.PostAsync("/predict", """{"inputs":"the cat"}""");
        (_, JsonElement pair) = await server.PostAsync("/predict", """{"inputs":["the cat","a dog"],"raw_scores":true}""");
        (_, JsonElement batch) = await server.PostAsync("/predict", """{"inputs":[["the cat"],["the cat","a dog"]]}""");
        Assert.Equal(1f, single.EnumerateArray().Sum(label => label.GetProperty("score").GetSingle()), 1e-5f);
        Assert.Equal(single.GetArrayLength(), pair.GetArrayLength());
        Assert.Equal(single.GetRawText(), batch[0].GetRawText());
        Assert.Equal(pair[0].GetProperty("label").GetString(), batch[1][0].GetProperty("label").GetString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.PostAsync("/predict", """{"inputs":["a","b","c"]}""")).Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/", """{"inputs":"the cat"}""")).Response.StatusCode);
    }

    private static float[][] Vectors(JsonElement list) => [.. list.EnumerateArray().Select(vector => vector.EnumerateArray().Select(number => number.GetSingle()).ToArray())];
}

using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Akin.Pipelines;

namespace Akin.Server.Tests;

public sealed class CohereDoorTests(BundledModelServer fixture) : IClassFixture<BundledModelServer>
{
    private static readonly string[] Texts = ["Parcels can be returned within 14 days.", "退款将在三天内处理。"];

    [Fact]
    public async Task Embed_InEveryType_StandsForTheSameVectors()
    {
        string[] types = ["float", "base64", "int8", "uint8", "binary", "ubinary"];
        (_, JsonElement body) = await fixture.Server.PostAsync("/v2/embed", JsonSerializer.Serialize(new { texts = Texts, input_type = "search_document", embedding_types = types }));
        JsonElement embeddings = body.GetProperty("embeddings");
        float[] expected = fixture.Model.Encode(Texts[1], new EmbeddingOptions { Normalize = true });
        Assert.Equal(expected, embeddings.GetProperty("float")[1].EnumerateArray().Select(number => number.GetSingle()));
        Assert.Equal(expected, MemoryMarshal.Cast<byte, float>(embeddings.GetProperty("base64")[1].GetBytesFromBase64()).ToArray());
        int[] signed = Numbers("int8"), unsigned = Numbers("uint8"), bits = Numbers("ubinary"), signedBits = Numbers("binary");
        double step = 8 / Math.Sqrt(384) / 255; // ±4 / √384 in 255 steps
        Assert.All(Enumerable.Range(0, 384), i => Assert.True(Math.Abs(unsigned[i] * step - 4 / Math.Sqrt(384) - expected[i]) <= step || unsigned[i] is 0 or 255));
        Assert.Equal(unsigned.Select(code => code - 128), signed);
        Assert.Equal(expected.Select(number => number > 0), Enumerable.Range(0, 384).Select(i => (bits[i / 8] >> (7 - i % 8) & 1) == 1));
        Assert.Equal(bits.Select(code => code - 128), signedBits);

        int[] Numbers(string type) => [.. embeddings.GetProperty(type)[1].EnumerateArray().Select(number => number.GetInt32())];
    }

    [Fact]
    public async Task Embed_OfInputsWithContent_IsThatOfTheirTexts()
    {
        (_, JsonElement body) = await fixture.Server.PostAsync(
            "/v2/embed", JsonSerializer.Serialize(new { inputs = Texts.Select(text => new { content = new[] { new { type = "text", text } } }) }));
        Assert.Equal(Texts, body.GetProperty("texts").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal(
            fixture.Model.Encode(Texts[0], new EmbeddingOptions { Normalize = true }),
            body.GetProperty("embeddings").GetProperty("float")[0].EnumerateArray().Select(number => number.GetSingle()));
    }

    [Theory]
    [InlineData("/v1/embed", """{"texts":["a"],"embedding_types":["int4"]}""")]
    [InlineData("/v2/embed", """{"texts":["a"],"input_type":"poem"}""")]
    [InlineData("/v2/embed", """{"images":["data:"]}""")]
    [InlineData("/v2/embed", """{"inputs":[{"content":[{"type":"image_url"}]}]}""")]
    [InlineData("/embed", """{"texts":[]}""")]
    [InlineData("/v2/rerank", """{"query":"a","documents":["b"]}""")]
    public async Task Request_ThatIsWrong_IsRefusedInCoheresShape(string path, string json)
    {
        (HttpResponseMessage response, JsonElement body) = await fixture.Server.PostAsync(path, json);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotEmpty(body.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task Rerank_OfObjectsByFields_ReadsThoseFields()
    {
        using TemporaryModels folders = new();
        await using RunningServer server = await RunningServer.StartAsync(options => options.Models = [$"rank={folders.Reranker}"]);
        (_, JsonElement found) = await server.PostAsync("/v1/rerank", """{"query":"the cat","documents":[{"title":"x","body":"a dog","n":1}],"rank_fields":["title","body"],"return_documents":true}""");
        Assert.Equal("title: x\nbody: a dog", found.GetProperty("results")[0].GetProperty("document").GetProperty("text").GetString());
        (_, JsonElement voyage) = await server.PostAsync("/v1/rerank", """{"query":"the cat","documents":["a","b","c"],"top_k":2}""");
        Assert.Equal(2, voyage.GetProperty("data").GetArrayLength());
    }
}

using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Akin.Pipelines;

namespace Akin.Server.Tests;

public sealed class OpenAiDoorTests(BundledModelServer fixture) : IClassFixture<BundledModelServer>
{
    private static readonly string[] Texts = ["how do I return a parcel?", "환불은 영업일 기준 3일 안에 처리됩니다.", "退款将在三天内处理。"];

    [Fact]
    public async Task Embeddings_AsNumbers_AreTheLibrarysOwnBitForBit()
    {
        (HttpResponseMessage response, JsonElement body) = await fixture.Server.PostAsync("/v1/embeddings", JsonSerializer.Serialize(new { input = Texts }));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("akin-mini-ko-zh-en", body.GetProperty("model").GetString());
        float[][] expected = fixture.Model.Encode(Texts, new EmbeddingOptions { Normalize = true });
        JsonElement[] data = [.. body.GetProperty("data").EnumerateArray()];
        Assert.Equal([0, 1, 2], data.Select(item => item.GetProperty("index").GetInt32()));
        Assert.Equal(expected, data.Select(item => item.GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle()).ToArray()));
        Assert.Equal(Texts.Sum(text => fixture.Model.Tokenize(text).Length), body.GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task Embeddings_AsBase64AndCut_AreLittleEndianFloatsOfLengthOne()
    {
        (_, JsonElement body) = await fixture.Server.PostAsync(
            "/v1/embeddings", JsonSerializer.Serialize(new { input = Texts[0], model = "akin-mini-ko-zh-en", encoding_format = "base64", dimensions = 5 }));
        float[] vector = MemoryMarshal.Cast<byte, float>(body.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64()).ToArray();
        Assert.Equal(fixture.Model.Encode(Texts[0], new EmbeddingOptions { Normalize = true, TruncateDimension = 5 }), vector);
    }

    [Fact]
    public async Task TokenIds_OfTheModel_GiveTheEmbeddingOfTheirText()
    {
        int[][] ids = [.. Texts.Select(text => fixture.Model.Tokenize(text))];
        (_, JsonElement body) = await fixture.Server.PostAsync("/v1/embeddings", JsonSerializer.Serialize(new { input = ids }));
        (_, JsonElement single) = await fixture.Server.PostAsync("/v1/embeddings", JsonSerializer.Serialize(new { input = ids[1] }));
        float[][] expected = fixture.Model.Encode(Texts, new EmbeddingOptions { Normalize = true });
        Assert.Equal(expected, body.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle()).ToArray()));
        Assert.Equal(expected[1], single.GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle()));
    }

    [Theory]
    [InlineData("""{"input":""}""", 400, "input")]
    [InlineData("""{"input":[]}""", 400, "input")]
    [InlineData("""{"input":["a",""]}""", 400, "input")]
    [InlineData("""{"input":["a",3]}""", 400, "input[1]")]
    [InlineData("""{"input":[3,"a"]}""", 400, "input")]
    [InlineData("""{"input":[99999999]}""", 400, "input")]
    [InlineData("""{"input":[1.5]}""", 400, "input")]
    [InlineData("""{"input":{"a":1}}""", 400, "input")]
    [InlineData("""{"model":"akin-mini-ko-zh-en"}""", 400, "input")]
    [InlineData("""{"input":"a","dimensions":0}""", 400, "dimensions")]
    [InlineData("""{"input":"a","dimensions":385}""", 400, "dimensions")]
    [InlineData("""{"input":"a","encoding_format":"hex"}""", 400, "encoding_format")]
    [InlineData("""{"input":"\ud800"}""", 400, "input")]
    [InlineData("""{"input":"a","model":"gpt-5"}""", 404, "model")]
    public async Task Request_ThatIsWrong_IsRefusedWithTheFieldInOpenAisShape(string json, int status, string field)
    {
        (HttpResponseMessage response, JsonElement body) = await fixture.Server.PostAsync("/v1/embeddings", json);
        Assert.Equal(status, (int)response.StatusCode);
        JsonElement error = body.GetProperty("error");
        Assert.Equal(field, error.GetProperty("param").GetString());
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task Requests_ThatAreComputedSideBySide_HaveTheBitsOfOnesComputedAlone()
    {
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => string.Join(' ', Enumerable.Repeat(Texts[i % 3], 1 + i % 7)) + $" {i}")];
        float[][] expected = fixture.Model.Encode(texts, new EmbeddingOptions { Normalize = true });
        float[][] found = await Task.WhenAll(texts.Select(async text =>
        {
            (_, JsonElement body) = await fixture.Server.PostAsync("/v1/embeddings", JsonSerializer.Serialize(new { input = text }));
            return body.GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(number => number.GetSingle()).ToArray();
        }));
        Assert.Equal(expected, found);
    }
}

using System.Text.Json;
using Akin.Client.Messages;

namespace Akin.Client.Tests.Messages;

public class AkinJsonTests
{
    [Fact]
    public void EncodeRequest_OneStringOrAnArray_AreTheSameTexts()
    {
        EncodeRequest one = JsonSerializer.Deserialize("""{"texts": "안녕", "encoding_format": "base64"}""", AkinJson.Wire.EncodeRequest)!;
        EncodeRequest many = JsonSerializer.Deserialize("""{"texts": ["안녕", "bye"], "model": null}""", AkinJson.Wire.EncodeRequest)!;
        Assert.Equal(["안녕"], one.Texts);
        Assert.Equal("base64", one.EncodingFormat);
        Assert.Equal(["안녕", "bye"], many.Texts);
    }

    [Fact]
    public void EncodeRequest_Written_HasOnlyWhatIsSetAndTextAsItIs()
    {
        string json = JsonSerializer.Serialize(new EncodeRequest(["안녕 <b>"]) { Dimensions = 64 }, AkinJson.Wire.EncodeRequest);
        Assert.Equal("""{"texts":["안녕 <b>"],"dimensions":64}""", json);
    }

    [Theory]
    [InlineData("""{"model": "m"}""", "texts")]
    [InlineData("""{"texts": null}""", "texts")]
    [InlineData("""{"texts": ["a", 1]}""", "Text 1 is not a string")]
    [InlineData("""{"texts": ["a", null]}""", "Text 1 is not a string")]
    [InlineData("""{"texts": {"a": 1}}""", "array of strings")]
    [InlineData("""{"texts": ["a"], "dimension": 64}""", "dimension")]
    public void EncodeRequest_ThatIsNone_IsRefusedWithTheReason(string json, string reason)
    {
        JsonException error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, AkinJson.Wire.EncodeRequest));
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void EncodeResponse_NumbersAndBase64_AreReadAsTheSameVectors()
    {
        float[] values = [1.5f, -0.1f, float.Epsilon];
        EncodeResponse written = new("m", [new EmbeddingVector(values), new EmbeddingVector(values, AsBase64: true)], new EncodeUsage(2, 9));
        string json = JsonSerializer.Serialize(written, AkinJson.Wire.EncodeResponse);
        Assert.Contains("\"usage\":{\"texts\":2,\"tokens\":9}", json);
        EncodeResponse read = JsonSerializer.Deserialize(json, AkinJson.Wire.EncodeResponse)!;
        Assert.Equal([false, true], read.Embeddings.Select(vector => vector.AsBase64));
        Assert.All(read.Embeddings, vector => Assert.Equal(values, vector.Values.ToArray()));
    }

    [Theory]
    [InlineData("\"AAAA\"", "base64")]
    [InlineData("\"?\"", "base64")]
    [InlineData("[1, \"2\"]", "Dimension 1")]
    [InlineData("{}", "array of numbers")]
    public void EncodeResponse_VectorThatIsNone_IsRefusedWithTheReason(string vector, string reason)
    {
        string json = $$$"""{"model": "m", "embeddings": [{{{vector}}}], "usage": {"texts": 1, "tokens": 1}}""";
        JsonException error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, AkinJson.Wire.EncodeResponse));
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void RerankRequest_StringsAndRecords_AreTheSameDocuments()
    {
        RerankRequest request = JsonSerializer.Deserialize(
            """{"query": "q", "documents": ["one", {"id": {"x": [1]}, "text": "two"}], "top_n": 1, "max_chunks_per_doc": 3}""", AkinJson.Wire.RerankRequest)!;
        Assert.Equal(["one", "two"], request.Documents.Select(document => document.Text));
        Assert.Equal(1, request.TopN);
    }

    [Theory]
    [InlineData("""{"query": "q", "documents": [{"title": "x"}]}""", "no text")]
    [InlineData("""{"query": "q", "documents": [{"text": 1}]}""", "not a string")]
    [InlineData("""{"query": "q", "documents": [7]}""", "object with a text")]
    [InlineData("""{"documents": ["a"]}""", "query")]
    public void RerankRequest_ThatIsNone_IsRefusedWithTheReason(string json, string reason)
    {
        JsonException error = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(json, AkinJson.Wire.RerankRequest));
        Assert.Contains(reason, error.Message);
    }
}

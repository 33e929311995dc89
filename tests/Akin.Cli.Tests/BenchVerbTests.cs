using System.Text.Json;
using Akin.Pipelines;

namespace Akin.Cli.Tests;

public sealed class BenchVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("mean-dense-tanh")]
    [InlineData("plain-transformer")]
    public void Encode_TokenIds_PrintsSpeedAndTheFirstVector(string name)
    {
        string input = _folder.Write("ids.jsonl", "[2, 14, 15, 3]", "[2, 3]", "[2, 40, 41, 42, 43, 44, 3]");
        JsonElement result = JsonElement.Parse(
            AkinProcess.Run("bench", "encode", "--model", TinyModels.Sentence(name), "--input", input, "--threads", "1", "--json").Succeeded().Output);

        SentenceTransformer model = SentenceTransformer.FromPretrained(TinyModels.Sentence(name));
        float[] vector = new float[model.Dimension];
        model.EncodeTokenIds([[2, 14, 15, 3]], vector, new EmbeddingOptions { Normalize = true });
        Assert.Equal(vector[..8], result.GetProperty("check").EnumerateArray().Select(value => value.GetSingle()));
        double seconds = result.GetProperty("seconds").GetDouble();
        Assert.Equal(3 / seconds, result.GetProperty("sequences_per_second").GetDouble(), 1e-6 / seconds);
        Assert.Equal(13 / seconds, result.GetProperty("tokens_per_second").GetDouble(), 1e-6 / seconds);
        Assert.InRange(result.GetProperty("allocated_bytes_per_batch").GetDouble(), 0, 1);
    }

    [Theory]
    [InlineData("{}", "line 2", "array of whole numbers")]
    [InlineData("[2, 0.5]", "line 2", "array of whole numbers")]
    [InlineData("[]", "line 2", "array of whole numbers")]
    [InlineData("[2, 3", "line 2", "not JSON")]
    [InlineData("[2, 100000, 3]", "100000", "tokenizer")]
    public void Encode_LineThatIsNotTokenIds_IsRefusedByLine(string line, string where, string problem)
    {
        string input = _folder.Write("ids.jsonl", "[2, 3]", line);
        AkinProcess.Run("bench", "encode", "--model", TinyModels.Sentence(), "--input", input).Refused(where, problem);
    }

    public void Dispose() => _folder.Dispose();
}

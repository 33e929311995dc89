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

    [Fact]
    public void Kernels_PrintTheCeilingBesideEveryFigure()
    {
        JsonElement result = JsonElement.Parse(AkinProcess.Run("bench", "kernels", "--threads", "1", "--rounds", "1", "--json").Succeeded().Output);
        Assert.True(result.GetProperty("memory_read")[0].GetProperty("gigabytes_per_second").GetDouble() > 0);
        JsonElement[] kernels = [.. result.GetProperty("kernels").EnumerateArray()];
        Assert.Contains(kernels, kernel => kernel.GetProperty("name").GetString() == "gemm [1024, 1024] x [1024, 1024]");
        Assert.Contains(kernels, kernel => kernel.GetProperty("name").GetString()!.StartsWith("attention", StringComparison.Ordinal));
        Assert.All(kernels, kernel =>
        {
            double share = kernel.GetProperty("gigaflops_per_second").GetDouble() / kernel.GetProperty("peak_gigaflops_per_second").GetDouble();
            Assert.True(share > 0);
            Assert.Equal(share, kernel.GetProperty("share").GetDouble(), 1e-9);
        });
        JsonElement search = Assert.Single(result.GetProperty("exact_search").EnumerateArray());
        Assert.InRange(search.GetProperty("milliseconds").GetDouble(), 0.001, double.MaxValue);
        Assert.InRange(search.GetProperty("least_milliseconds").GetDouble(), 0.001, double.MaxValue);
    }

    [Theory]
    [InlineData("AKIN_KERNELS", "avx3", "avx512")]
    [InlineData("AKIN_THREADS", "many", "number")]
    public void Encode_SettingThatDoesNotExist_IsTheUsersError(string variable, string value, string supported)
    {
        string input = _folder.Write("ids.jsonl", "[2, 3]");
        using AkinProcess process = AkinProcess.Start(
            ["bench", "encode", "--model", TinyModels.Sentence(), "--input", input], new Dictionary<string, string> { [variable] = value });
        process.Wait().Refused(variable, value, supported);
    }

    public void Dispose() => _folder.Dispose();
}

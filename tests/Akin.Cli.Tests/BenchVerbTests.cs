using System.Text.Json;
using Akin.Datasets;
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

    [Theory]
    [InlineData("float32")]
    [InlineData("int8")]
    public void Index_Matrices_PrintsRecallAndSpeedForEachEf(string precision)
    {
        string data = WriteMatrix("vectors.npy", 400, 16), queries = WriteMatrix("queries.npy", 30, 16);
        JsonElement result = JsonElement.Parse(AkinProcess.Run(
            "bench", "index", "--data", data, "--queries", queries, "--m", "8", "--ef-construction", "40", "--ef", "2,400", "--k", "5", "--threads", "1", "--precision", precision, "--json")
            .Succeeded().Output);
        Assert.True(result.GetProperty("build_seconds").GetDouble() > 0);
        JsonElement[] results = [.. result.GetProperty("results").EnumerateArray()];
        Assert.Equal([2, 400], results.Select(line => line.GetProperty("ef").GetInt32()));
        Assert.All(results, line => Assert.True(line.GetProperty("qps").GetDouble() > 0));
        Assert.InRange(results[0].GetProperty("recall").GetDouble(), 0.3, 1);
        Assert.Equal(1, results[1].GetProperty("recall").GetDouble());
    }

    [Fact]
    public void Index_BadInput_IsRefusedWithWords()
    {
        string data = WriteMatrix("vectors.npy", 4, 16), queries = WriteMatrix("queries.npy", 3, 8);
        AkinProcess.Run("bench", "index", "--data", data, "--queries", queries).Refused("4 x 16", "3 x 8");
        AkinProcess.Run("bench", "index", "--data", data, "--queries", data, "--ef", "10,x").Refused("--ef", "'x'");
        AkinProcess.Run("bench", "index", "--data", _folder.Write("text.npy", "no matrix"), "--queries", data).Refused("text.npy", "does not begin like a .npy file");
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

    private string WriteMatrix(string name, int rowCount, int columnCount)
    {
        Random random = new(rowCount);
        string path = _folder[name];
        using FileStream file = File.Create(path);
        NumpyWriter<float> writer = new(file, columnCount);
        for (int row = 0; row < rowCount; row++)
        {
            writer.Write([.. Enumerable.Range(0, columnCount).Select(_ => random.NextSingle() - 0.5f)]);
        }

        writer.Complete();
        return path;
    }
}

using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Akin.Pipelines.Tests;

/// <summary>The published all-MiniLM-L6-v2 against what PyTorch makes of it.</summary>
public class MiniLmTests
{
    private const string ModelPath = "models/all-MiniLM-L6-v2";

    /// <summary>Of vectors of length 1; PyTorch's own float32 result is 3.4e-7 off the float64 truth.</summary>
    private const double Tolerance = 1e-6;

    private static readonly Lazy<SentenceTransformer> Model = new(() => SentenceTransformer.FromPretrained(Repository.Shared("models", "all-MiniLM-L6-v2")));

    private static readonly Lazy<JsonNode[]> Rows = new(() =>
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(Repository.Golden("models", "sentence", "minilm", "texts.jsonl.gz")), CompressionMode.Decompress));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    });

    private static string[] Texts => [.. Rows.Value.Select(row => (string)row["text"]!)];

    [SharedFact(ModelPath)]
    public void Encode_TwoHundredAndFortyTexts_IsAsNearToTheTruthAsPyTorch()
    {
        using GoldenTensors golden = new("models", "sentence", "minilm", "embeddings.safetensors");
        float[][] truth = golden.Rows("float64_as_float32");
        float[][] embeddings = Model.Value.Encode(Texts);
        Near.Equal(truth, embeddings, Tolerance);

        double ours = Near.LargestDifference(truth, embeddings);
        double theirs = Near.LargestDifference(truth, golden.Rows("float32"));
        Assert.True(ours <= 2 * theirs, $"Our largest error is {ours:E2}, PyTorch's {theirs:E2}.");
    }

    [SharedFact(ModelPath)]
    public void EncodeTokenIds_GoldenIds_GiveTheSameEmbeddings()
    {
        using GoldenTensors golden = new("models", "sentence", "minilm", "embeddings.safetensors");
        int[][] ids = [.. Rows.Value.Take(40).Select(row => row["input_ids"]!.AsArray().Select(id => (int)id!).ToArray())];
        float[] matrix = new float[ids.Length * Model.Value.Dimension];
        Model.Value.EncodeTokenIds(ids, matrix);
        Near.Equal(golden.Rows("float64_as_float32")[..40], [.. matrix.Chunk(Model.Value.Dimension)], Tolerance);
    }

    [SharedTheory(ModelPath)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(383)]
    [InlineData(384)]
    [InlineData(500)]
    public void Encode_TruncatedDimension_CutsAndNormalisesOnRequest(int dimension)
    {
        using GoldenTensors golden = new("models", "sentence", "minilm", "options.safetensors");
        EmbeddingOptions options = new() { TruncateDimension = dimension };
        Near.Equal(golden.Rows($"truncate_{dimension}"), Model.Value.Encode(Texts[..8], options), Tolerance);
        Near.Equal(golden.Rows($"truncate_{dimension}_normalize"), Model.Value.Encode(Texts[..8], options with { Normalize = true }), Tolerance * 4);
    }

    [SharedFact(ModelPath)]
    public void Encode_PromptAndShorterLength_EqualPython()
    {
        using GoldenTensors golden = new("models", "sentence", "minilm", "options.safetensors");
        Near.Equal(golden.Rows("prompt"), Model.Value.Encode(Texts[..8], new EmbeddingOptions { Prompt = "query: " }), Tolerance);
        SentenceTransformer shorter = SentenceTransformer.FromPretrained(
            Repository.Shared("models", "all-MiniLM-L6-v2"), new SentenceTransformerOptions { MaxSequenceLength = 16 });
        Near.Equal(golden.Rows("max_seq_length_16"), shorter.Encode(Texts[30..38]), Tolerance);
    }
}

using System.Text.Json;
using Akin.Search;

namespace Akin.Training.Tests.Evaluation;

/// <summary>An encoder without a model: a text's embedding stands in a golden file.</summary>
internal sealed class GoldenEncoder : IEncoder
{
    private readonly Dictionary<string, float[]> _embeddings;

    private GoldenEncoder(Dictionary<string, float[]> embeddings) => _embeddings = embeddings;

    public string ModelName => "golden";

    public int Dimension => _embeddings.Values.First().Length;

    /// <summary>What was asked for: "query", "document" or "sentence".</summary>
    public HashSet<string> Prompts { get; } = [];

    public static GoldenEncoder Read(JsonElement golden)
    {
        string[] texts = Texts(golden.GetProperty("texts"));
        float[] values = [.. golden.GetProperty("embeddings").GetProperty("data").EnumerateArray().Select(number => number.GetSingle())];
        int dimension = values.Length / texts.Length;
        return new GoldenEncoder(texts.Index().ToDictionary(text => text.Item, text => values.AsSpan(text.Index * dimension, dimension).ToArray()));
    }

    public GoldenEncoder Select(Func<float, float> change) =>
        new(_embeddings.ToDictionary(pair => pair.Key, pair => Array.ConvertAll(pair.Value, number => change(number))));

    public float[][] Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken) => Encode("document", texts);

    public float[][] EncodeQueries(IReadOnlyList<string> queries, CancellationToken cancellationToken) => Encode("query", queries);

    public float[][] EncodeSentences(IReadOnlyList<string> sentences, CancellationToken cancellationToken) => Encode("sentence", sentences);

    private static string[] Texts(JsonElement element) => [.. element.EnumerateArray().Select(text => text.GetString()!)];

    private float[][] Encode(string prompt, IReadOnlyList<string> texts)
    {
        Prompts.Add(prompt);
        return [.. texts.Select(text => _embeddings[text])];
    }
}

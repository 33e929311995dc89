namespace Akin.Search.Tests;

/// <summary>An encoder without a model: a text is the bag of its words, each word a fixed random direction.</summary>
internal sealed class WordEncoder(string modelName = "words", int dimension = 32) : IEncoder
{
    public string ModelName => modelName;

    public string? ModelFingerprint { get; init; }

    public int Dimension => dimension;

    /// <summary>Texts encoded so far.</summary>
    public int EncodedCount { get; private set; }

    /// <summary>Called before each batch.</summary>
    public Action<IReadOnlyList<string>>? BeforeBatch { get; init; }

    public float[][] Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BeforeBatch?.Invoke(texts);
        EncodedCount += texts.Count;
        return [.. texts.Select(Encode)];
    }

    private float[] Encode(string text)
    {
        float[] vector = new float[dimension];
        foreach (string word in text.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int seed = 17;
            foreach (char letter in word)
            {
                seed = unchecked(seed * 31 + letter);
            }

            Random random = new(seed);
            for (int i = 0; i < dimension; i++)
            {
                vector[i] += random.NextSingle() - 0.5f;
            }
        }

        return vector;
    }
}

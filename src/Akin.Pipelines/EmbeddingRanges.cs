namespace Akin.Pipelines;

/// <summary>The smallest and largest value of every dimension: what the byte codes of <see cref="QuantizedEmbeddings"/> stand for.</summary>
/// <remarks>Take them from a few thousand typical embeddings and keep them: codes made with different ranges cannot be compared.</remarks>
public sealed class EmbeddingRanges
{
    /// <summary>Makes ranges.</summary>
    /// <param name="minimum">The value of the lowest code, <c>[dimension]</c>.</param>
    /// <param name="maximum">The value of the highest code, <c>[dimension]</c>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public EmbeddingRanges(float[] minimum, float[] maximum)
    {
        ArgumentNullException.ThrowIfNull(minimum);
        ArgumentNullException.ThrowIfNull(maximum);
        if (minimum.Length != maximum.Length)
        {
            throw new ArgumentException($"There are {minimum.Length} minima and {maximum.Length} maxima.", nameof(maximum));
        }

        Minimum = minimum;
        Maximum = maximum;
    }

    /// <summary>The smallest value of every dimension, <c>[dimension]</c>.</summary>
    public float[] Minimum { get; }

    /// <summary>The largest value of every dimension, <c>[dimension]</c>.</summary>
    public float[] Maximum { get; }

    /// <summary>The ranges that embeddings fill.</summary>
    /// <param name="embeddings">At least one, <c>[rows][dimension]</c>.</param>
    /// <exception cref="ArgumentException">There is no embedding, or two differ in dimension.</exception>
    public static EmbeddingRanges Of(IReadOnlyList<float[]> embeddings)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        if (embeddings.Count == 0)
        {
            throw new ArgumentException("Ranges need at least one embedding.", nameof(embeddings));
        }

        float[] minimum = [.. embeddings[0]];
        float[] maximum = [.. embeddings[0]];
        foreach (float[] embedding in embeddings)
        {
            if (embedding.Length != minimum.Length)
            {
                throw new ArgumentException($"One embedding has {embedding.Length} dimensions, another {minimum.Length}.", nameof(embeddings));
            }

            for (int i = 0; i < minimum.Length; i++)
            {
                minimum[i] = Math.Min(minimum[i], embedding[i]);
                maximum[i] = Math.Max(maximum[i], embedding[i]);
            }
        }

        return new EmbeddingRanges(minimum, maximum);
    }
}

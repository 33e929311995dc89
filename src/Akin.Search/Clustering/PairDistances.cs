using Akin.Kernels;

namespace Akin.Search.Clustering;

/// <summary>The distance of every pair of rows, each stored once.</summary>
internal sealed class PairDistances
{
    /// <summary>More pairs do not fit into one array.</summary>
    public const int MaxRowCount = 65_536;

    private readonly float[] _distances;

    private PairDistances(int rowCount) => _distances = new float[(long)rowCount * (rowCount - 1) / 2];

    public float this[int first, int second]
    {
        get => _distances[Place(first, second)];
        set => _distances[Place(first, second)] = value;
    }

    /// <exception cref="ArgumentException">There are too many rows.</exception>
    public static PairDistances Measure(ReadOnlySpan<float> vectors, int dimension, VectorMetric metric, CancellationToken cancellationToken)
    {
        int rowCount = vectors.Length / dimension;
        if (rowCount > MaxRowCount)
        {
            throw new ArgumentException($"{rowCount} vectors have too many pairs; cluster at most {MaxRowCount}, or use {nameof(KMeans)}.", nameof(vectors));
        }

        PairDistances distances = new(rowCount);
        for (int row = 1; row < rowCount; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<float> scores = distances._distances.AsSpan(Place(row, 0), row);
            Distances.Scores(metric, vectors.Slice(row * dimension, dimension), dimension, vectors[..(row * dimension)], scores, WorkerPool.Shared);
            for (int i = 0; i < scores.Length; i++)
            {
                scores[i] = metric == VectorMetric.Cosine ? 1 - scores[i] : -scores[i];
            }
        }

        return distances;
    }

    // The rows of the lower triangle, one after the other.
    private static int Place(int first, int second) =>
        (int)(first > second ? ((long)first * (first - 1) / 2) + second : ((long)second * (second - 1) / 2) + first);
}

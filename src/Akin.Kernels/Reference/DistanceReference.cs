namespace Akin.Kernels.Reference;

/// <summary>Scores of two vectors in double precision: the truth the float32 kernels are tested against.</summary>
internal static class DistanceReference
{
    /// <summary>The smallest length a vector counts as in a cosine (PyTorch's <c>cosine_similarity</c>).</summary>
    public const double MinimumLength = 1e-8;

    public static double Score(VectorMetric metric, ReadOnlySpan<float> query, ReadOnlySpan<float> row)
    {
        switch (metric)
        {
            case VectorMetric.Dot:
                return RowReference.Dot(query, row);
            case VectorMetric.Cosine:
                double queryLength = Math.Max(Math.Sqrt(RowReference.Dot(query, query)), MinimumLength);
                double rowLength = Math.Max(Math.Sqrt(RowReference.Dot(row, row)), MinimumLength);
                return RowReference.Dot(query, row) / (queryLength * rowLength);
            case VectorMetric.Euclidean:
                double sum = 0;
                for (int i = 0; i < query.Length; i++)
                {
                    sum += ((double)query[i] - row[i]) * ((double)query[i] - row[i]);
                }

                return -Math.Sqrt(sum);
            default:
                throw new ArgumentOutOfRangeException(
                    nameof(metric), metric, $"Unknown metric; supported: {string.Join(", ", Enum.GetNames<VectorMetric>())}.");
        }
    }

    public static int Dot(ReadOnlySpan<sbyte> query, ReadOnlySpan<sbyte> row)
    {
        int sum = 0;
        for (int i = 0; i < query.Length; i++)
        {
            sum += query[i] * row[i];
        }

        return sum;
    }

    /// <summary>Bits that differ, one by one.</summary>
    public static int Hamming(ReadOnlySpan<ulong> query, ReadOnlySpan<ulong> row)
    {
        int differing = 0;
        for (int i = 0; i < 64 * query.Length; i++)
        {
            differing += (query[i / 64] >> (i % 64) & 1) != (row[i / 64] >> (i % 64) & 1) ? 1 : 0;
        }

        return differing;
    }
}

using Akin.Kernels;

namespace Akin.Search.Vectors;

/// <summary>The form in which vectors are scanned: unit length for cosine (which then is the inner product), as they are otherwise; and their int8 codes.</summary>
internal static class ScanForm
{
    /// <summary>The metric that compares prepared vectors.</summary>
    public static VectorMetric MetricOf(VectorMetric metric) => metric == VectorMetric.Cosine ? VectorMetric.Dot : metric;

    /// <summary>Prepares a query: as <see cref="Prepare"/> does a stored vector, without codes.</summary>
    public static void PrepareQuery(VectorMetric metric, ReadOnlySpan<float> vector, Span<float> prepared)
    {
        if (metric == VectorMetric.Cosine)
        {
            Normalize.Rows(vector, 1, vector.Length, Normalize.DefaultEpsilon, prepared, WorkerPool.Serial);
        }
        else
        {
            vector.CopyTo(prepared);
        }
    }

    public static void Prepare(
        VectorMetric metric, ReadOnlySpan<float> vector, Span<float> prepared, Span<sbyte> codes, out float scale, out float halfSquare)
    {
        PrepareQuery(metric, vector, prepared);
        scale = 0;
        Quantization.ToInt8(prepared, vector.Length, codes, new Span<float>(ref scale));
        double square = 0;
        if (metric == VectorMetric.Euclidean)
        {
            foreach (float value in vector)
            {
                square += (double)value * value;
            }
        }

        halfSquare = (float)(square / 2);
    }
}

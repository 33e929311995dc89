using Akin.Kernels.Reference;

namespace Akin.Kernels;

/// <summary>Scores of query vectors against many stored vectors, as float32 or as int8 codes.</summary>
/// <remarks>
/// A score's bits depend on the two vectors alone, not on the row's place, the other queries or the number of threads.
/// To keep only the best rows use <see cref="VectorScan"/>, which writes no scores to memory.
/// </remarks>
public static class Distances
{
    /// <summary>Scores every row against every query.</summary>
    /// <param name="metric">What the score measures; higher is nearer.</param>
    /// <param name="queries">Query vectors, <c>[queries, dimension]</c>.</param>
    /// <param name="dimension">Number of columns of both matrices.</param>
    /// <param name="rows">Stored vectors, <c>[rows, dimension]</c>.</param>
    /// <param name="scores">Receives <c>[queries, rows]</c>.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Scores(
        VectorMetric metric, ReadOnlySpan<float> queries, int dimension, ReadOnlySpan<float> rows, Span<float> scores, WorkerPool pool)
    {
        (int queryCount, int rowCount) = RequireShapes(queries.Length, dimension, rows.Length, scores.Length);
        _ = pool;
        for (int query = 0; query < queryCount; query++)
        {
            for (int row = 0; row < rowCount; row++)
            {
                scores[query * rowCount + row] =
                    (float)DistanceReference.Score(metric, queries.Slice(query * dimension, dimension), rows.Slice(row * dimension, dimension));
            }
        }
    }

    /// <summary>Dot products of int8 codes; exact, in 32-bit integers.</summary>
    /// <param name="queries">Query codes, <c>[queries, dimension]</c>.</param>
    /// <param name="dimension">Number of columns of both matrices, at most 131,071 so that no sum overflows.</param>
    /// <param name="rows">Stored codes, <c>[rows, dimension]</c>.</param>
    /// <param name="scores">Receives <c>[queries, rows]</c>.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimension"/> is outside its bounds.</exception>
    public static void Dot(ReadOnlySpan<sbyte> queries, int dimension, ReadOnlySpan<sbyte> rows, Span<int> scores, WorkerPool pool)
    {
        (int queryCount, int rowCount) = RequireShapes(queries.Length, dimension, rows.Length, scores.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, MaxCodeDimension);
        _ = pool;
        for (int query = 0; query < queryCount; query++)
        {
            for (int row = 0; row < rowCount; row++)
            {
                scores[query * rowCount + row] =
                    DistanceReference.Dot(queries.Slice(query * dimension, dimension), rows.Slice(row * dimension, dimension));
            }
        }
    }

    /// <summary>The largest dimension of int8 codes: 131,071 products of at most 2¹⁴ stay below 2³¹.</summary>
    public const int MaxCodeDimension = int.MaxValue / (128 * 128);

    internal static (int QueryCount, int RowCount) RequireShapes(int queriesLength, int dimension, int rowsLength, long scoresLength)
    {
        int queryCount = Shape.RowCount(queriesLength, dimension, "queries");
        int rowCount = Shape.RowCount(rowsLength, dimension, "rows");
        if (scoresLength >= 0)
        {
            Shape.Require((int)scoresLength, (long)queryCount * rowCount, "[queries, rows]", "scores");
        }

        return (queryCount, rowCount);
    }
}

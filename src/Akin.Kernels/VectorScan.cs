using Akin.Kernels.Reference;

namespace Akin.Kernels;

/// <summary>Exact search: scores every stored vector and keeps the best rows, without writing the scores to memory.</summary>
/// <remarks>
/// The rows may be a part of a larger matrix: call it part after part with the same selections. Results do not depend on how the
/// matrix was cut or on the number of threads. A warm scan allocates nothing.
/// </remarks>
public static class VectorScan
{
    /// <summary>Offers every row of a float32 matrix to each query's selection.</summary>
    /// <param name="metric">What the score measures; higher is nearer.</param>
    /// <param name="queries">Query vectors, <c>[queries, dimension]</c>.</param>
    /// <param name="dimension">Number of columns of both matrices.</param>
    /// <param name="rows">Stored vectors, <c>[rows, dimension]</c>.</param>
    /// <param name="firstRow">The number given to the first row.</param>
    /// <param name="best">One selection for each query; added to.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Run(
        VectorMetric metric, ReadOnlySpan<float> queries, int dimension, ReadOnlySpan<float> rows, int firstRow, ReadOnlySpan<TopK> best, WorkerPool pool)
    {
        (int queryCount, int rowCount) = Distances.RequireShapes(queries.Length, dimension, rows.Length, -1);
        Shape.Require(best.Length, queryCount, "one selection a query", nameof(best));
        _ = pool;
        for (int query = 0; query < queryCount; query++)
        {
            for (int row = 0; row < rowCount; row++)
            {
                best[query].Add(
                    firstRow + row,
                    (float)DistanceReference.Score(metric, queries.Slice(query * dimension, dimension), rows.Slice(row * dimension, dimension)));
            }
        }
    }

    /// <summary>Offers every row of an int8 matrix to each query's selection; the score is dot · row scale, in float32.</summary>
    /// <param name="queries">Query codes, <c>[queries, dimension]</c>.</param>
    /// <param name="dimension">Number of columns of both matrices.</param>
    /// <param name="rows">Stored codes, <c>[rows, dimension]</c>.</param>
    /// <param name="rowScales">What one step of each row's codes is worth, <c>[rows]</c>; empty when all rows share one scale.</param>
    /// <param name="firstRow">The number given to the first row.</param>
    /// <param name="best">One selection for each query; added to.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    public static void Run(
        ReadOnlySpan<sbyte> queries,
        int dimension,
        ReadOnlySpan<sbyte> rows,
        ReadOnlySpan<float> rowScales,
        int firstRow,
        ReadOnlySpan<TopK> best,
        WorkerPool pool)
    {
        (int queryCount, int rowCount) = Distances.RequireShapes(queries.Length, dimension, rows.Length, -1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, Distances.MaxCodeDimension);
        Shape.Require(best.Length, queryCount, "one selection a query", nameof(best));
        Shape.Require(rowScales.Length, rowScales.IsEmpty ? 0 : rowCount, "[rows]", nameof(rowScales));
        _ = pool;
        for (int query = 0; query < queryCount; query++)
        {
            for (int row = 0; row < rowCount; row++)
            {
                float dot = DistanceReference.Dot(queries.Slice(query * dimension, dimension), rows.Slice(row * dimension, dimension));
                best[query].Add(firstRow + row, rowScales.IsEmpty ? dot : dot * rowScales[row]);
            }
        }
    }
}

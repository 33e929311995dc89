using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Akin.Kernels.Lanes;

namespace Akin.Kernels;

/// <summary>Exact search: scores every stored vector and keeps the best rows, without writing the scores to memory.</summary>
/// <remarks>
/// The rows may be a part of a larger matrix: call it part after part with the same selections. Results do not depend on how the
/// matrix was cut or on the number of threads. A warm scan allocates nothing. Several queries read the matrix from memory once.
/// </remarks>
public static class VectorScan
{
    /// <summary>Rows a thread takes at a time.</summary>
    internal const int RowsPerTask = 1024;

    /// <summary>Rows scored before the selections see them: their scores, and the rows themselves, are still in the cache.</summary>
    private const int RowsPerBlock = 128;

    /// <summary>Offers every row of a float32 matrix to each query's selection.</summary>
    /// <param name="metric">What the score measures; higher is nearer.</param>
    /// <param name="queries">Query vectors, <c>[queries, dimension]</c>.</param>
    /// <param name="dimension">Number of columns of both matrices.</param>
    /// <param name="rows">Stored vectors, <c>[rows, dimension]</c>.</param>
    /// <param name="firstRow">The number given to the first row.</param>
    /// <param name="best">One selection for each query; added to.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="metric"/> is not a value of the enumeration.</exception>
    public static void Run(
        VectorMetric metric, ReadOnlySpan<float> queries, int dimension, ReadOnlySpan<float> rows, int firstRow, ReadOnlySpan<TopK> best, WorkerPool pool)
    {
        Distances.RequireMetric(metric);
        int queryCount = Shape.RowCount(queries.Length, dimension, nameof(queries));
        _ = Shape.RowCount(rows.Length, dimension, nameof(rows));
        Shape.Require(best.Length, queryCount, "one selection a query", nameof(best));
        Run(KernelTable.Tier, metric, queries, dimension, rows, firstRow, best, pool);
    }

    /// <summary>Offers every row of an int8 matrix to each query's selection; the score is dot · row scale, in float32.</summary>
    /// <param name="queries">Query codes, <c>[queries, dimension]</c>.</param>
    /// <param name="dimension">Number of columns of both matrices, at most <see cref="Distances.MaxCodeDimension"/>.</param>
    /// <param name="rows">Stored codes, <c>[rows, dimension]</c>.</param>
    /// <param name="rowScales">What one step of each row's codes is worth, <c>[rows]</c>; empty when all rows share one scale.</param>
    /// <param name="firstRow">The number given to the first row.</param>
    /// <param name="best">One selection for each query; added to.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimension"/> is outside its bounds.</exception>
    public static void Run(
        ReadOnlySpan<sbyte> queries,
        int dimension,
        ReadOnlySpan<sbyte> rows,
        ReadOnlySpan<float> rowScales,
        int firstRow,
        ReadOnlySpan<TopK> best,
        WorkerPool pool)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, Distances.MaxCodeDimension);
        int queryCount = Shape.RowCount(queries.Length, dimension, nameof(queries));
        int rowCount = Shape.RowCount(rows.Length, dimension, nameof(rows));
        Shape.Require(best.Length, queryCount, "one selection a query", nameof(best));
        Shape.Require(rowScales.Length, rowScales.IsEmpty ? 0 : rowCount, "[rows]", nameof(rowScales));
        Run(KernelTable.Tier, queries, dimension, rows, rowScales, firstRow, best, pool);
    }

    internal static void Run(
        KernelTier tier,
        VectorMetric metric,
        ReadOnlySpan<float> queries,
        int dimension,
        ReadOnlySpan<float> rows,
        int firstRow,
        ReadOnlySpan<TopK> best,
        WorkerPool pool)
    {
        FloatBody body = new(tier, metric, queries, dimension, rows, firstRow, best);
        pool.For((rows.Length / dimension + RowsPerTask - 1) / RowsPerTask, ref body);
    }

    internal static void Run(
        KernelTier tier,
        ReadOnlySpan<sbyte> queries,
        int dimension,
        ReadOnlySpan<sbyte> rows,
        ReadOnlySpan<float> rowScales,
        int firstRow,
        ReadOnlySpan<TopK> best,
        WorkerPool pool)
    {
        CodeBody body = new(tier, queries, dimension, rows, rowScales, firstRow, best);
        pool.For((rows.Length / dimension + RowsPerTask - 1) / RowsPerTask, ref body);
    }

    private readonly ref struct FloatBody(
        KernelTier tier,
        VectorMetric metric,
        ReadOnlySpan<float> queries,
        int dimension,
        ReadOnlySpan<float> rows,
        int firstRow,
        ReadOnlySpan<TopK> best) : IParallelBody
    {
        private readonly ReadOnlySpan<float> _queries = queries;
        private readonly ReadOnlySpan<float> _rows = rows;
        private readonly ReadOnlySpan<TopK> _best = best;

        public void Execute(int taskIndex)
        {
            int first = taskIndex * RowsPerTask;
            int end = Math.Min(first + RowsPerTask, _rows.Length / dimension);
            switch (tier)
            {
                case KernelTier.Avx512:
                    Rows<Lanes512>(first, end);
                    break;
                case KernelTier.Avx2:
                    Rows<Lanes256>(first, end);
                    break;
                case KernelTier.Vector128:
                    Rows<Lanes128>(first, end);
                    break;
                default:
                    Rows<ScalarLane>(first, end);
                    break;
            }
        }

        [MethodImpl(HotCode.Options)]
        private void Rows<V>(int first, int end)
            where V : unmanaged, ILanes<V>
        {
            Span<float> scores = stackalloc float[RowsPerBlock];
            for (int start = first; start < end; start += RowsPerBlock)
            {
                int count = Math.Min(RowsPerBlock, end - start);
                for (int i = 0; i < _best.Length; i++)
                {
                    ref float query = ref Unsafe.Add(ref MemoryMarshal.GetReference(_queries), i * dimension);
                    ref float row = ref Unsafe.Add(ref MemoryMarshal.GetReference(_rows), start * dimension);
                    float queryLength = metric == VectorMetric.Cosine ? Distances.Length<V>(ref query, dimension) : 1;
                    for (int j = 0; j < count; j++)
                    {
                        scores[j] = Distances.Score<V>(metric, ref query, queryLength, ref Unsafe.Add(ref row, j * dimension), dimension);
                    }

                    _best[i].AddShared(firstRow + start, scores[..count]);
                }
            }
        }
    }

    private readonly ref struct CodeBody(
        KernelTier tier,
        ReadOnlySpan<sbyte> queries,
        int dimension,
        ReadOnlySpan<sbyte> rows,
        ReadOnlySpan<float> rowScales,
        int firstRow,
        ReadOnlySpan<TopK> best) : IParallelBody
    {
        private readonly ReadOnlySpan<sbyte> _queries = queries;
        private readonly ReadOnlySpan<sbyte> _rows = rows;
        private readonly ReadOnlySpan<float> _rowScales = rowScales;
        private readonly ReadOnlySpan<TopK> _best = best;

        [MethodImpl(HotCode.Options)]
        public void Execute(int taskIndex)
        {
            Span<int> dots = stackalloc int[RowsPerBlock];
            Span<float> scores = stackalloc float[RowsPerBlock];
            int end = Math.Min((taskIndex + 1) * RowsPerTask, _rows.Length / dimension);
            for (int start = taskIndex * RowsPerTask; start < end; start += RowsPerBlock)
            {
                int count = Math.Min(RowsPerBlock, end - start);
                ReadOnlySpan<sbyte> rows = _rows.Slice(start * dimension, count * dimension);
                for (int i = 0; i < _best.Length; i++)
                {
                    CodeDot.Rows(tier, _queries.Slice(i * dimension, dimension), rows, dots[..count]);
                    for (int j = 0; j < count; j++)
                    {
                        scores[j] = _rowScales.IsEmpty ? dots[j] : dots[j] * _rowScales[start + j];
                    }

                    _best[i].AddShared(firstRow + start, scores[..count]);
                }
            }
        }
    }
}

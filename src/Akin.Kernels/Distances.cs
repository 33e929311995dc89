using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Akin.Kernels.Lanes;

namespace Akin.Kernels;

/// <summary>Scores of query vectors against many stored vectors, as float32 or as int8 codes.</summary>
/// <remarks>
/// A score's bits depend on the two vectors alone, not on the row's place, the other queries or the number of threads.
/// To keep only the best rows use <see cref="VectorScan"/>, which writes no scores to memory.
/// </remarks>
public static class Distances
{
    /// <summary>The largest dimension of int8 codes: 131,071 products of at most 2¹⁴ stay below 2³¹.</summary>
    public const int MaxCodeDimension = int.MaxValue / (128 * 128);

    /// <summary>The smallest length a vector counts as in a cosine (PyTorch's <c>cosine_similarity</c>).</summary>
    internal const float MinimumLength = 1e-8f;

    /// <summary>Scores every row against every query.</summary>
    /// <param name="metric">What the score measures; higher is nearer.</param>
    /// <param name="queries">Query vectors, <c>[queries, dimension]</c>.</param>
    /// <param name="dimension">Number of columns of both matrices.</param>
    /// <param name="rows">Stored vectors, <c>[rows, dimension]</c>.</param>
    /// <param name="scores">Receives <c>[queries, rows]</c>.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="metric"/> is not a value of the enumeration.</exception>
    public static void Scores(
        VectorMetric metric, ReadOnlySpan<float> queries, int dimension, ReadOnlySpan<float> rows, Span<float> scores, WorkerPool pool)
    {
        RequireMetric(metric);
        int queryCount = Shape.RowCount(queries.Length, dimension, nameof(queries));
        int rowCount = Shape.RowCount(rows.Length, dimension, nameof(rows));
        Shape.Require(scores.Length, (long)queryCount * rowCount, "[queries, rows]", nameof(scores));
        Scores(KernelTable.Tier, metric, queries, dimension, rows, scores, pool);
    }

    /// <summary>Dot products of int8 codes; exact, in 32-bit integers.</summary>
    /// <param name="queries">Query codes, <c>[queries, dimension]</c>.</param>
    /// <param name="dimension">Number of columns of both matrices, at most <see cref="MaxCodeDimension"/>, so that no sum overflows.</param>
    /// <param name="rows">Stored codes, <c>[rows, dimension]</c>.</param>
    /// <param name="scores">Receives <c>[queries, rows]</c>.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">A span's length does not fit the shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="dimension"/> is outside its bounds.</exception>
    public static void Dot(ReadOnlySpan<sbyte> queries, int dimension, ReadOnlySpan<sbyte> rows, Span<int> scores, WorkerPool pool)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, MaxCodeDimension);
        int queryCount = Shape.RowCount(queries.Length, dimension, nameof(queries));
        int rowCount = Shape.RowCount(rows.Length, dimension, nameof(rows));
        Shape.Require(scores.Length, (long)queryCount * rowCount, "[queries, rows]", nameof(scores));
        Dot(KernelTable.Tier, queries, dimension, rows, scores, pool);
    }

    internal static void RequireMetric(VectorMetric metric)
    {
        if (!Enum.IsDefined(metric))
        {
            throw new ArgumentOutOfRangeException(
                nameof(metric), metric, $"Unknown metric; supported: {string.Join(", ", Enum.GetNames<VectorMetric>())}.");
        }
    }

    internal static void Scores(
        KernelTier tier,
        VectorMetric metric,
        ReadOnlySpan<float> queries,
        int dimension,
        ReadOnlySpan<float> rows,
        Span<float> scores,
        WorkerPool pool)
    {
        int rowCount = rows.Length / dimension;
        RowLoop.Run(tier, rowCount, dimension, new ScoreKernel(metric, queries, dimension, rows, scores), pool);
    }

    internal static void Dot(
        KernelTier tier, ReadOnlySpan<sbyte> queries, int dimension, ReadOnlySpan<sbyte> rows, Span<int> scores, WorkerPool pool)
    {
        CodeBody body = new(tier, queries, dimension, rows, scores);
        pool.For(body.TaskCount, ref body);
    }

    /// <summary>The score of one query against one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Score<V>(VectorMetric metric, ref float query, float queryLength, ref float row, int dimension)
        where V : unmanaged, ILanes<V>
    {
        if (metric == VectorMetric.Euclidean)
        {
            return -MathF.Sqrt(Reduction.SquaredDistance<V>(ref query, ref row, dimension));
        }

        float dot = Reduction.Dot<V>(ref query, ref row, dimension);
        return metric == VectorMetric.Dot ? dot : dot / (queryLength * Length<V>(ref row, dimension));
    }

    /// <summary>The length of a vector as a cosine counts it.</summary>
    internal static float Length<V>(ref float vector, int dimension)
        where V : unmanaged, ILanes<V> =>
        Math.Max(MathF.Sqrt(Reduction.Dot<V>(ref vector, ref vector, dimension)), MinimumLength);

    private readonly ref struct ScoreKernel(
        VectorMetric metric, ReadOnlySpan<float> queries, int dimension, ReadOnlySpan<float> rows, Span<float> scores) : IRowKernel
    {
        private readonly ReadOnlySpan<float> _queries = queries;
        private readonly ReadOnlySpan<float> _rows = rows;
        private readonly Span<float> _scores = scores;

        public void Run<V>(int row)
            where V : unmanaged, ILanes<V>
        {
            int rowCount = _rows.Length / dimension;
            int queryCount = _queries.Length / dimension;
            ref float stored = ref Unsafe.Add(ref MemoryMarshal.GetReference(_rows), row * dimension);
            for (int i = 0; i < queryCount; i++)
            {
                ref float query = ref Unsafe.Add(ref MemoryMarshal.GetReference(_queries), i * dimension);
                float queryLength = metric == VectorMetric.Cosine ? Length<V>(ref query, dimension) : 1;
                _scores[i * rowCount + row] = Score<V>(metric, ref query, queryLength, ref stored, dimension);
            }
        }
    }

    private readonly ref struct CodeBody(KernelTier tier, ReadOnlySpan<sbyte> queries, int dimension, ReadOnlySpan<sbyte> rows, Span<int> scores)
        : IParallelBody
    {
        private readonly ReadOnlySpan<sbyte> _queries = queries;
        private readonly ReadOnlySpan<sbyte> _rows = rows;
        private readonly Span<int> _scores = scores;

        public int TaskCount => (RowCount + VectorScan.RowsPerTask - 1) / VectorScan.RowsPerTask;

        private int RowCount => _rows.Length / dimension;

        public void Execute(int taskIndex)
        {
            int first = taskIndex * VectorScan.RowsPerTask;
            int count = Math.Min(VectorScan.RowsPerTask, RowCount - first);
            ReadOnlySpan<sbyte> rows = _rows.Slice(first * dimension, count * dimension);
            for (int i = 0; i < _queries.Length / dimension; i++)
            {
                CodeDot.Rows(tier, _queries.Slice(i * dimension, dimension), rows, _scores.Slice(i * RowCount + first, count));
            }
        }
    }
}

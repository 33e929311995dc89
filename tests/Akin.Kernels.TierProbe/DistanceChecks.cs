using System.Runtime.InteropServices;
using Akin.Kernels.Reference;

namespace Akin.Kernels.TierProbe;

/// <summary>What must hold for distances and exact search on every tier.</summary>
public static class DistanceChecks
{
    /// <summary>Sums of up to 256 products below 1.</summary>
    private const float Tolerance = 2e-5f;

    /// <summary>Every dimension 1…256 between guard pages: float scores close to the reference, code scores equal.</summary>
    public static void ScoresEqualReference(KernelTier tier)
    {
        Random random = new(12);
        for (int dimension = 1; dimension <= 256; dimension++)
        {
            int rowCount = dimension % 11, queryCount = 1 + dimension % 3;
            bool isAtEnd = dimension % 2 == 0;
            float[] queries = Check.Numbers(random, queryCount * dimension), rows = Check.Numbers(random, rowCount * dimension);
            rows.AsSpan(0, rowCount == 0 ? 0 : dimension).Clear(); // a zero vector has a cosine of 0
            using GuardedMemory guardedQueries = new(queries, isAtEnd), guardedRows = new(rows, isAtEnd), scores = new(queryCount * rowCount, isAtEnd);
            foreach (VectorMetric metric in Enum.GetValues<VectorMetric>())
            {
                float[] expected = new float[queryCount * rowCount];
                for (int i = 0; i < expected.Length; i++)
                {
                    (int query, int row) = Math.DivRem(i, rowCount);
                    expected[i] = (float)DistanceReference.Score(
                        metric, queries.AsSpan(query * dimension, dimension), rows.AsSpan(row * dimension, dimension));
                }

                Distances.Scores(tier, metric, guardedQueries.Span, dimension, guardedRows.Span, scores.Span, WorkerPool.Shared);
                Check.Close(expected, scores.Span, Tolerance, $"{tier}: {metric} of dimension {dimension}");
            }

            CodesEqualReference(tier, random, queryCount, rowCount, dimension, isAtEnd);
        }
    }

    /// <summary>A scan keeps what sorting all scores keeps: with ties, NaN, any number of threads, and the matrix cut into parts.</summary>
    public static void ScanEqualsSorting(KernelTier tier)
    {
        const int Rows = 5000, Dimension = 24, Queries = 3;
        Random random = new(13);
        float[] queries = Check.Numbers(random, Queries * Dimension), rows = Check.Numbers(random, Rows * Dimension);
        sbyte[] queryCodes = new sbyte[queries.Length], codes = new sbyte[rows.Length];
        float[] scales = [.. Check.Numbers(random, Rows).Select(MathF.Abs)];
        random.NextBytes(MemoryMarshal.AsBytes(queryCodes.AsSpan()));
        random.NextBytes(MemoryMarshal.AsBytes(codes.AsSpan()));
        for (int row = 100; row < Rows; row += 7)
        {
            // Every seventh row is a copy of an earlier one, so that ties are common.
            rows.AsSpan((row - 93) * Dimension, Dimension).CopyTo(rows.AsSpan(row * Dimension));
            codes.AsSpan((row - 93) * Dimension, Dimension).CopyTo(codes.AsSpan(row * Dimension));
            scales[row] = scales[row - 93];
        }

        rows[50 * Dimension] = float.NaN;
        foreach (int threadCount in (int[])[1, 3])
        {
            using WorkerPool pool = new(threadCount);
            foreach (int capacity in (int[])[1, 10, 1000, Rows + 5])
            {
                TopK[] best = [.. Enumerable.Range(0, Queries).Select(_ => new TopK(capacity))];
                foreach (VectorMetric metric in Enum.GetValues<VectorMetric>())
                {
                    float[] scores = new float[Queries * Rows];
                    Distances.Scores(tier, metric, queries, Dimension, rows, scores, WorkerPool.Serial);
                    VectorScan.Run(tier, metric, queries, Dimension, rows.AsSpan(0, 1234 * Dimension), 0, best, pool);
                    VectorScan.Run(tier, metric, queries, Dimension, rows.AsSpan(1234 * Dimension), 1234, best, pool);
                    RequireSorted(scores, best, $"{tier}: {metric}, best {capacity}");
                }

                int[] dots = new int[Queries * Rows];
                Distances.Dot(tier, queryCodes, Dimension, codes, dots, WorkerPool.Serial);
                VectorScan.Run(tier, queryCodes, Dimension, codes, default, 0, best, pool);
                RequireSorted([.. dots.Select(dot => (float)dot)], best, $"{tier}: codes, best {capacity}");
                VectorScan.Run(tier, queryCodes, Dimension, codes, scales, 0, best, pool);
                RequireSorted([.. dots.Select((dot, i) => dot * scales[i % Rows])], best, $"{tier}: scaled codes, best {capacity}");
            }
        }
    }

    /// <summary>Every dimension 1…256 between guard pages: picked rows score as the reference says, wherever and how often they are picked.</summary>
    public static unsafe void PickedRowsEqualReference(KernelTier tier)
    {
        const int Rows = 9;
        Random random = new(14);
        for (int dimension = 1; dimension <= 256; dimension++)
        {
            int stride = dimension + (dimension % 3 == 0 ? 5 : 0);
            bool isAtEnd = dimension % 2 == 0;
            float[] query = Check.Numbers(random, dimension), rows = Check.Numbers(random, (Rows - 1) * stride + dimension);
            using GuardedMemory guardedQuery = new(query, isAtEnd), guardedRows = new(rows, isAtEnd);
            int[] picks = [.. Enumerable.Range(0, 1 + dimension % 14).Select(_ => random.Next(Rows))];
            float[] dots = new float[picks.Length], squares = new float[picks.Length];
            int[] codeDots = new int[picks.Length], differing = new int[picks.Length];
            sbyte[] queryCodes = new sbyte[dimension], codes = new sbyte[Rows * dimension];
            random.NextBytes(MemoryMarshal.AsBytes(queryCodes.AsSpan()));
            random.NextBytes(MemoryMarshal.AsBytes(codes.AsSpan()));
            ulong[] queryBits = new ulong[1 + dimension % 5], bits = new ulong[Rows * queryBits.Length];
            random.NextBytes(MemoryMarshal.AsBytes(queryBits.AsSpan()));
            random.NextBytes(MemoryMarshal.AsBytes(bits.AsSpan()));
            fixed (float* q = guardedQuery.Span, r = guardedRows.Span, dot = dots, square = squares)
            fixed (sbyte* qc = queryCodes, rc = codes)
            fixed (ulong* qb = queryBits, rb = bits)
            fixed (int* p = picks, codeDot = codeDots, d = differing)
            {
                PickedRows.Run<Lanes.Reduction.DotReducer>(tier, q, dimension, r, stride, p, picks.Length, dot);
                PickedRows.Run<Lanes.Reduction.SquaredDistanceReducer>(tier, q, dimension, r, stride, p, picks.Length, square);
                CodeDot.Picked(tier, qc, dimension, rc, p, picks.Length, codeDot);
                PickedRows.Hamming(qb, queryBits.Length, rb, p, picks.Length, d);
            }

            string what = $"{tier}: picked rows of dimension {dimension}";
            ReadOnlySpan<float> Row(int pick) => rows.AsSpan(pick * stride, dimension);
            Check.Close([.. picks.Select(pick => (float)DistanceReference.Score(VectorMetric.Dot, query, Row(pick)))], dots, Tolerance, what);
            Check.Close([.. picks.Select(pick => (float)Math.Pow(DistanceReference.Score(VectorMetric.Euclidean, query, Row(pick)), 2))], squares, 10 * Tolerance, what);
            for (int i = 0; i < picks.Length; i++)
            {
                Check.Require(codeDots[i] == DistanceReference.Dot(queryCodes, codes.AsSpan(picks[i] * dimension, dimension)), $"{what}: code dot {i}.");
                Check.Require(differing[i] == DistanceReference.Hamming(queryBits, bits.AsSpan(picks[i] * queryBits.Length, queryBits.Length)), $"{what}: bits {i}.");
                for (int j = 0; j < i; j++)
                {
                    Check.Require(picks[i] != picks[j] || dots[i].Equals(dots[j]), $"{what}: row {picks[i]} scores {dots[i]:R} and {dots[j]:R}.");
                }
            }
        }
    }

    private static void CodesEqualReference(KernelTier tier, Random random, int queryCount, int rowCount, int dimension, bool isAtEnd)
    {
        // Guarded memory holds floats: the codes lie at the guarded end of a slightly larger block.
        using GuardedMemory queryMemory = new((queryCount * dimension + 3) / 4, isAtEnd), rowMemory = new((rowCount * dimension + 3) / 4, isAtEnd);
        Span<sbyte> queries = Codes(queryMemory, queryCount * dimension, isAtEnd), rows = Codes(rowMemory, rowCount * dimension, isAtEnd);
        random.NextBytes(MemoryMarshal.AsBytes(queries));
        random.NextBytes(MemoryMarshal.AsBytes(rows));
        if (dimension % 5 == 0)
        {
            queries.Fill(sbyte.MinValue); // the largest sums
            rows.Fill(sbyte.MinValue);
        }

        int[] scores = new int[queryCount * rowCount];
        Distances.Dot(tier, queries, dimension, rows, scores, WorkerPool.Shared);
        for (int i = 0; i < scores.Length; i++)
        {
            (int query, int row) = Math.DivRem(i, rowCount);
            int expected = DistanceReference.Dot(queries.Slice(query * dimension, dimension), rows.Slice(row * dimension, dimension));
            Check.Require(scores[i] == expected, $"{tier}: dot of codes, dimension {dimension}, query {query}, row {row}: {scores[i]}, expected {expected}.");
        }
    }

    private static Span<sbyte> Codes(GuardedMemory memory, int count, bool isAtEnd)
    {
        Span<sbyte> all = MemoryMarshal.Cast<float, sbyte>(memory.Span);
        return isAtEnd ? all[^count..] : all[..count];
    }

    /// <summary>Compares each selection with all scores sorted: higher first, lower row among equals, NaN last.</summary>
    private static void RequireSorted(float[] scores, TopK[] best, string what)
    {
        int rowCount = scores.Length / best.Length;
        for (int query = 0; query < best.Length; query++)
        {
            float[] own = scores[(query * rowCount)..((query + 1) * rowCount)];
            int[] expected = [.. Enumerable.Range(0, rowCount).OrderBy(row => float.IsNaN(own[row])).ThenByDescending(row => own[row]).ThenBy(row => row)];
            int[] rows = new int[best[query].Count];
            float[] kept = new float[rows.Length];
            int count = best[query].Drain(rows, kept);
            Check.Require(count == Math.Min(best[query].Capacity, rowCount), $"{what}: {count} rows kept.");
            for (int i = 0; i < count; i++)
            {
                Check.Require(rows[i] == expected[i], $"{what}: place {i} is row {rows[i]}, expected {expected[i]}.");
                Check.Require(kept[i].Equals(own[rows[i]]), $"{what}: score {kept[i]:R} of row {rows[i]}, expected {own[rows[i]]:R}.");
            }
        }
    }
}

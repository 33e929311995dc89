using Akin.Kernels;
using Akin.Search.Vectors;

namespace Akin.Search.Clustering;

/// <summary>Finds every pair of rows whose cosine reaches a threshold.</summary>
/// <remarks>
/// A tile of some rows and some columns at a time, as a product of short matrices that bounds the cosines (<see cref="CosineBound"/>); only pairs whose bound reaches
/// the threshold are compared in full. What is found is exact, and does not depend on the tiles or on the number of threads. Besides the vectors it needs some
/// 15 MB, however many there are.
/// </remarks>
internal static class SimilarityJoin
{
    // Shortening a block of columns costs as much as comparing some hundred rows with it: many rows share it.
    private const int RowsPerBlock = 4096;
    private const int ColumnsPerBlock = 1024;

    // The bounds of a tile are read while they are in the cache.
    private const int RowsPerTile = 256;
    private const int RowsPerTask = 16;

    /// <summary>Hands every pair that reaches the sink's threshold to it, the lower row first; in no fixed order.</summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>; they need not be normalised.</param>
    /// <param name="dimension">The number of columns.</param>
    /// <param name="sink">Receives the pairs.</param>
    /// <param name="progress">Told how much of the work is done, counted in rows.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ArgumentException">The vectors are not whole rows of finite numbers.</exception>
    public static void Run<TSink>(ReadOnlySpan<float> vectors, int dimension, TSink sink, IProgress<int>? progress, CancellationToken cancellationToken)
        where TSink : class, IPairSink
    {
        int count = VectorRows.Count(vectors, dimension);
        CosineBound bound = CosineBound.Fit(vectors, dimension, cancellationToken);
        Block rows = new(bound, Math.Min(RowsPerBlock, count));
        Block columns = new(bound, Math.Min(ColumnsPerBlock, count));
        PackedMatrix packed = new(bound.Size, Math.Min(ColumnsPerBlock, count));
        float[] bounds = new float[Math.Min(RowsPerTile, count) * packed.OutputSize];
        for (int row = 0; row < count; row += RowsPerBlock)
        {
            rows.Load(vectors, row);
            for (int column = row; column < count; column += ColumnsPerBlock)
            {
                cancellationToken.ThrowIfCancellationRequested();
                columns.Load(vectors, column);
                packed.Pack(0, columns.Bounds(0, columns.Count), WorkerPool.Shared);

                // Each pair once: a row is compared with the columns after it.
                int rowCount = Math.Min(rows.Count, column + columns.Count - row);
                for (int tile = 0; tile < rowCount; tile += RowsPerTile)
                {
                    int tileRows = Math.Min(RowsPerTile, rowCount - tile);
                    Span<float> tileBounds = bounds.AsSpan(0, tileRows * packed.OutputSize);
                    Gemm.Multiply(rows.Bounds(tile, tileRows), tileRows, packed, default, tileBounds, WorkerPool.Shared);
                    TileBody<TSink> body = new(rows, tile, columns, tileBounds, packed.OutputSize, sink);
                    WorkerPool.Shared.For((tileRows + RowsPerTask - 1) / RowsPerTask, ref body);
                }
            }

            // A row takes the less time the fewer come after it.
            double left = count - row - rows.Count;
            progress?.Report((int)(count - (left * left / count)));
        }
    }

    /// <summary>Some consecutive rows, of length 1, and their short vectors.</summary>
    private sealed class Block(CosineBound bound, int capacity)
    {
        private readonly float[] _vectors = new float[capacity * bound.Dimension];
        private readonly float[] _bounds = new float[capacity * bound.Size];

        public int Dimension => bound.Dimension;

        public int First { get; private set; }

        public int Count { get; private set; }

        /// <summary>The rows, <c>[Count, Dimension]</c>; one of length 0 stays so, and has the cosine 0 with all.</summary>
        public ReadOnlySpan<float> Vectors => _vectors;

        public ReadOnlySpan<float> Bounds(int first, int count) => _bounds.AsSpan(first * bound.Size, count * bound.Size);

        public void Load(ReadOnlySpan<float> vectors, int first)
        {
            First = first;
            Count = Math.Min(capacity, (vectors.Length / Dimension) - first);
            Span<float> rows = _vectors.AsSpan(0, Count * Dimension);
            Normalize.Rows(vectors.Slice(first * Dimension, rows.Length), Count, Dimension, Normalize.DefaultEpsilon, rows, WorkerPool.Shared);
            bound.Shorten(rows, _bounds.AsSpan(0, Count * bound.Size));
        }
    }

    private readonly ref struct TileBody<TSink>(Block rows, int firstRow, Block columns, ReadOnlySpan<float> bounds, int stride, TSink sink) : IParallelBody
        where TSink : class, IPairSink
    {
        private readonly ReadOnlySpan<float> _bounds = bounds;

        public void Execute(int taskIndex)
        {
            Span<int> picks = stackalloc int[ColumnsPerBlock];
            int last = Math.Min((taskIndex + 1) * RowsPerTask, _bounds.Length / stride);
            for (int i = taskIndex * RowsPerTask; i < last; i++)
            {
                ReadOnlySpan<float> bounds = _bounds.Slice(i * stride, columns.Count);
                float least = sink.Threshold - CosineBound.Slack;
                int count = 0;
                int column = Math.Max(0, rows.First + firstRow + i + 1 - columns.First);
                while (column < bounds.Length && (column += TopK.FirstNotBelow(least, bounds[column..])) < bounds.Length)
                {
                    picks[count++] = column++;
                }

                if (count > 0)
                {
                    Compare(firstRow + i, picks[..count]);
                }
            }
        }

        private unsafe void Compare(int row, ReadOnlySpan<int> picks)
        {
            Span<float> scores = stackalloc float[picks.Length];
            fixed (float* query = rows.Vectors[(row * rows.Dimension)..], others = columns.Vectors, results = scores)
            fixed (int* picked = picks)
            {
                PickedRows.Dot(query, rows.Dimension, others, rows.Dimension, picked, picks.Length, results);
            }

            Span<ScoredPair> pairs = stackalloc ScoredPair[picks.Length];
            float threshold = sink.Threshold;
            int count = 0;
            for (int i = 0; i < picks.Length; i++)
            {
                if (scores[i] >= threshold)
                {
                    pairs[count++] = new ScoredPair(rows.First + row, columns.First + picks[i], scores[i]);
                }
            }

            if (count > 0)
            {
                sink.Add(pairs[..count]);
            }
        }
    }
}

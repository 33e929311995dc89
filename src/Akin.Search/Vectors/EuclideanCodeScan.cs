using Akin.Kernels;

namespace Akin.Search.Vectors;

/// <summary>
/// Ranks int8 codes by Euclidean distance: |q − x|² = |q|² − 2 (q · x − |x|² / 2), so the nearest rows have the largest q · x − |x|² / 2,
/// where q · x is taken from the codes.
/// </summary>
internal ref struct EuclideanCodeScan : IParallelBody
{
    // Rows whose integer products fit the first-level cache beside the codes being read.
    private const int TileRows = 1024;

    private ReadOnlySpan<sbyte> _query;
    private float _queryScale;
    private VectorBlock _block;
    private int _firstRow;
    private int _rowCount;
    private int _firstPosition;
    private TopK[] _best;

    public static void Run(
        ReadOnlySpan<sbyte> queries,
        ReadOnlySpan<float> queryScales,
        VectorBlock block,
        int firstRow,
        int rowCount,
        int firstPosition,
        ReadOnlySpan<TopK> best,
        WorkerPool pool)
    {
        int tileCount = (rowCount + TileRows - 1) / TileRows;
        for (int i = 0; i < best.Length; i++)
        {
            // Each task has a selection of its own; their union holds the best rows whatever task saw which.
            TopK[] parts = new TopK[Math.Min(pool.ThreadCount, tileCount)];
            for (int part = 0; part < parts.Length; part++)
            {
                parts[part] = new TopK(best[i].Capacity);
            }

            EuclideanCodeScan scan = new()
            {
                _query = queries.Slice(i * block.Dimension, block.Dimension),
                _queryScale = queryScales[i],
                _block = block,
                _firstRow = firstRow,
                _rowCount = rowCount,
                _firstPosition = firstPosition,
                _best = parts,
            };
            pool.For(parts.Length, ref scan);
            foreach (TopK part in parts)
            {
                best[i].Merge(part);
            }
        }
    }

    public readonly void Execute(int taskIndex)
    {
        Span<int> products = stackalloc int[TileRows];
        Span<float> scores = stackalloc float[TileRows];
        for (int tile = taskIndex * TileRows; tile < _rowCount; tile += _best.Length * TileRows)
        {
            int count = Math.Min(TileRows, _rowCount - tile);
            int row = _firstRow + tile;
            Distances.Dot(_query, _block.Dimension, _block.Codes(row, count), products[..count], WorkerPool.Serial);
            ReadOnlySpan<float> rowScales = _block.Scales.Slice(row, count);
            ReadOnlySpan<float> halfSquares = _block.HalfSquares.Slice(row, count);
            for (int i = 0; i < count; i++)
            {
                scores[i] = products[i] * (rowScales[i] * _queryScale) - halfSquares[i];
            }

            _best[taskIndex].AddRange(_firstPosition + tile, scores[..count]);
        }
    }
}

using Akin.Kernels;
using Akin.Search.Vectors;

namespace Akin.Search.Clustering;

/// <summary>The cosines of every row with every row, some rows at a time, as products of normalised matrices. The cosine of i and j has the bits of that of j and i.</summary>
internal sealed class CosineRows
{
    /// <summary>Rows computed at a time.</summary>
    public const int RowsPerBlock = 256;

    // Below this length a vector has no direction: all its cosines are 0.
    private const float MinimumLength = 1e-12f;

    private readonly float[] _normalised;
    private readonly PackedMatrix _matrix;
    private readonly int _dimension;
    private readonly float[] _block;

    /// <exception cref="ArgumentException">The vectors are not whole rows of finite numbers.</exception>
    public CosineRows(ReadOnlySpan<float> vectors, int dimension)
    {
        Count = VectorRows.Count(vectors, dimension);
        _dimension = dimension;
        _normalised = new float[vectors.Length];
        Normalize.Rows(vectors, Count, dimension, MinimumLength, _normalised, WorkerPool.Shared);
        _matrix = new PackedMatrix(dimension, Count);
        _matrix.Pack(0, _normalised, WorkerPool.Shared);
        _block = new float[(long)Math.Min(RowsPerBlock, Count) * Count];
    }

    /// <summary>How many rows there are.</summary>
    public int Count { get; }

    /// <summary>Computes the cosines of a block of rows, <c>[block, rows]</c>; they stay until the next call.</summary>
    public ReadOnlySpan<float> Block(int first, int count)
    {
        Span<float> cosines = _block.AsSpan(0, count * Count);
        Gemm.Multiply(_normalised.AsSpan(first * _dimension, count * _dimension), count, _matrix, default, cosines, WorkerPool.Shared);
        return cosines;
    }
}

using Akin.Kernels;
using Akin.Search.Vectors;

namespace Akin.Search.Clustering;

/// <summary>
/// The cosines of every row with every row, a tile of some rows and some columns at a time, as products of normalised matrices: besides the vectors themselves it
/// needs the memory of a tile, however many rows there are. The cosine of i and j has the bits of that of j and i.
/// </summary>
internal readonly ref struct CosineTiles
{
    /// <summary>Rows of a tile at most.</summary>
    public const int MaxRows = 512;

    /// <summary>Columns of a tile at most. Packing them costs as much as one row more.</summary>
    public const int MaxColumns = 4096;

    // Below this length a vector has no direction: all its cosines are 0.
    private const float MinimumLength = 1e-12f;

    private readonly ReadOnlySpan<float> _vectors;
    private readonly int _dimension;
    private readonly float[] _rows;
    private readonly float[] _columns;
    private readonly float[] _cosines;
    private readonly PackedMatrix _packed;

    /// <exception cref="ArgumentException">The vectors are not whole rows of finite numbers.</exception>
    public CosineTiles(ReadOnlySpan<float> vectors, int dimension)
    {
        Count = VectorRows.Count(vectors, dimension);
        _vectors = vectors;
        _dimension = dimension;
        _rows = new float[Math.Min(MaxRows, Count) * dimension];
        _columns = new float[Math.Min(MaxColumns, Count) * dimension];
        Stride = Math.Min(MaxColumns, Count);
        _cosines = new float[Math.Min(MaxRows, Count) * Stride];
        _packed = new PackedMatrix(dimension, Stride);
    }

    /// <summary>How many rows there are.</summary>
    public int Count { get; }

    /// <summary>The distance of two rows in a tile.</summary>
    public int Stride { get; }

    /// <summary>Chooses the rows of the tiles to come.</summary>
    public void SelectRows(int first, int count) => Normalized(first, count, _rows);

    /// <summary>The cosines of the rows chosen with some columns, <c>[rows, Stride]</c>, of which the first <paramref name="count"/> of each row hold; they stay until the next call.</summary>
    public ReadOnlySpan<float> Columns(int rowCount, int first, int count)
    {
        Normalized(first, count, _columns);
        _packed.Pack(0, _columns.AsSpan(0, count * _dimension), WorkerPool.Shared);
        Span<float> cosines = _cosines.AsSpan(0, rowCount * Stride);
        Gemm.Multiply(_rows.AsSpan(0, rowCount * _dimension), rowCount, _packed, default, cosines, WorkerPool.Shared);
        return cosines;
    }

    private void Normalized(int first, int count, float[] destination) =>
        Normalize.Rows(
            _vectors.Slice(first * _dimension, count * _dimension), count, _dimension, MinimumLength, destination.AsSpan(0, count * _dimension), WorkerPool.Shared);
}

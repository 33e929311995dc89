using Akin.Kernels;

namespace Akin.Search.Vectors;

/// <summary>Rows read from the store that no vector file covers yet. Rows are only added, so a search may scan the first ones meanwhile.</summary>
internal sealed class MemoryBlock : VectorBlock
{
    private readonly VectorMetric _metric;
    private readonly long[] _rows;
    private readonly float[] _vectors;
    private readonly float[] _scales;
    private readonly float[] _halfSquares;
    private readonly sbyte[] _codes;
    private int _count;

    public MemoryBlock(int dimension, VectorMetric metric, int capacity)
        : base(dimension)
    {
        _metric = metric;
        _rows = new long[capacity];
        _vectors = GC.AllocateUninitializedArray<float>(capacity * dimension);
        _scales = new float[capacity];
        _halfSquares = metric == VectorMetric.Euclidean ? new float[capacity] : [];
        _codes = GC.AllocateUninitializedArray<sbyte>(capacity * dimension);
    }

    public bool IsFull => _count == _rows.Length;

    public override int Count => _count;

    public override ReadOnlySpan<long> Rows => _rows.AsSpan(0, _count);

    public override ReadOnlySpan<float> Scales => _scales.AsSpan(0, _count);

    public override ReadOnlySpan<float> HalfSquares => _halfSquares.AsSpan(0, Math.Min(_count, _halfSquares.Length));

    public override ReadOnlySpan<float> Vectors(int first, int count) => _vectors.AsSpan(first * Dimension, count * Dimension);

    public override ReadOnlySpan<sbyte> Codes(int first, int count) => _codes.AsSpan(first * Dimension, count * Dimension);

    public void Add(long row, ReadOnlySpan<float> vector)
    {
        Span<float> target = _vectors.AsSpan(_count * Dimension, Dimension);
        ScanForm.Prepare(_metric, vector, target, _codes.AsSpan(_count * Dimension, Dimension), out _scales[_count], out float halfSquare);
        if (_metric == VectorMetric.Euclidean)
        {
            _halfSquares[_count] = halfSquare;
        }

        _rows[_count++] = row;
    }

    protected override void BlankAt(int position)
    {
        _vectors[position * Dimension] = float.NaN;
        _scales[position] = float.NaN;
    }
}

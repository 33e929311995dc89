using System.IO.MemoryMappedFiles;
using Akin.Kernels;
using Akin.Search.Graph;
using Akin.Search.Storage;

namespace Akin.Search.Vectors;

/// <summary>
/// A vector file mapped into memory. The mapping is private to the process (copy on write), so that blanking a deleted row leaves the file alone.
/// </summary>
internal sealed unsafe class MappedBlock : VectorBlock, IDisposable
{
    private readonly MappedDerivedFile _mapped;
    private readonly VectorFileLayout _layout;
    private readonly byte* _start;
    private readonly VectorMetric _metric;
    private readonly bool _hasHalfSquares;

    private MappedBlock(MappedDerivedFile mapped, VectorFileHeader header)
        : base(header.Dimension)
    {
        _mapped = mapped;
        _start = mapped.Start;
        _layout = header.Layout;
        _metric = header.Metric;
        _hasHalfSquares = header.Metric == VectorMetric.Euclidean;
        Count = (int)header.Count;
    }

    public override int Count { get; }

    public override ReadOnlySpan<long> Rows => new(_start + VectorFileLayout.RowsOffset, Count);

    public override ReadOnlySpan<float> Scales => new(_start + _layout.ScalesOffset, Count);

    public override ReadOnlySpan<float> HalfSquares => new(_start + _layout.HalfSquaresOffset, _hasHalfSquares ? Count : 0);

    /// <summary>Maps the file that the store names and checks all of it.</summary>
    /// <exception cref="InvalidDataException">It is not that file, or damaged; the message is the finding.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static MappedBlock Open(DocumentStore store, DerivedFile derived, WorkerPool pool)
    {
        using FileStream stream = DerivedFileFormat.OpenRead(store, derived);
        Span<byte> first = stackalloc byte[VectorFileHeader.SizeBytes];
        int read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        VectorFileHeader header = VectorFileHeader.Parse(first[..read], stream.Length, store, derived);
        return new MappedBlock(MappedDerivedFile.Checked(stream, header.Layout.ChecksumsOffset, header.ChecksumsChecksum, pool, MemoryMappedFileAccess.CopyOnWrite), header);
    }

    public override ReadOnlySpan<float> Vectors(int first, int count) =>
        new(_start + _layout.VectorsOffset + (long)first * Dimension * sizeof(float), count * Dimension);

    public override ReadOnlySpan<sbyte> Codes(int first, int count) => new(_start + _layout.CodesOffset + (long)first * Dimension, count * Dimension);

    /// <summary>The rows as a graph walks them. They must not be blanked: a graph leaves deleted rows out by itself.</summary>
    /// <param name="bits">Sign bits of the rows, or null.</param>
    /// <param name="center">What they were taken against, or null.</param>
    /// <param name="owners">What keeps those two alive.</param>
    public GraphVectors ToGraphVectors(ulong* bits, float* center, params object[] owners) => new()
    {
        Dimension = Dimension,
        Metric = ScanForm.MetricOf(_metric),
        Floats = (float*)(_start + _layout.VectorsOffset),
        FloatStride = Dimension,
        Codes = (sbyte*)(_start + _layout.CodesOffset),
        Scales = (float*)(_start + _layout.ScalesOffset),
        HalfSquares = _hasHalfSquares ? (float*)(_start + _layout.HalfSquaresOffset) : null,
        Bits = bits,
        Center = center,
        Owners = [this, .. owners],
    };

    /// <summary>The row numbers, ascending.</summary>
    public long* RowNumbers => (long*)(_start + VectorFileLayout.RowsOffset);

    /// <inheritdoc cref="MappedDerivedFile.Retain"/>
    public void Retain() => _mapped.Retain();

    public void Release() => _mapped.Release();

    public void Dispose() => _mapped.Dispose();

    protected override void BlankAt(int position)
    {
        ((float*)(_start + _layout.VectorsOffset))[(long)position * Dimension] = float.NaN;
        ((float*)(_start + _layout.ScalesOffset))[position] = float.NaN;
    }
}

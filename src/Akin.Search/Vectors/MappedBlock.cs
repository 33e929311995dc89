using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Akin.Kernels;
using Akin.Search.Graph;
using Akin.Search.Storage;

namespace Akin.Search.Vectors;

/// <summary>
/// A vector file mapped into memory. The mapping is private to the process (copy on write), so that blanking a deleted row leaves the file alone.
/// </summary>
internal sealed unsafe class MappedBlock : VectorBlock, IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly VectorFileLayout _layout;
    private readonly byte* _start;
    private readonly VectorMetric _metric;
    private readonly bool _hasHalfSquares;

    private MappedBlock(MemoryMappedFile file, MemoryMappedViewAccessor view, VectorFileHeader header)
        : base(header.Dimension)
    {
        _file = file;
        _view = view;
        _layout = header.Layout;
        _metric = header.Metric;
        _hasHalfSquares = header.Metric == VectorMetric.Euclidean;
        Count = (int)header.Count;
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = start + view.PointerOffset;
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
        // The name comes out of the database: it must not lead anywhere else.
        if (derived.Name != Path.GetFileName(derived.Name))
        {
            throw new InvalidDataException($"'{derived.Name}' is not the name of a file in the index folder");
        }

        using FileStream stream = new(
            Path.Combine(store.Folder, derived.Name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        Span<byte> first = stackalloc byte[VectorFileHeader.SizeBytes];
        int read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        VectorFileHeader header = VectorFileHeader.Parse(first[..read], stream.Length, store, derived);
        MemoryMappedFile file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor? view = null;
        try
        {
            view = file.CreateViewAccessor(0, header.Layout.FileBytes, MemoryMappedFileAccess.CopyOnWrite);
            MappedBlock block = new(file, view, header);
            block.CheckContent(header, pool);
            return block;
        }
        catch
        {
            view?.Dispose();
            file.Dispose();
            throw;
        }
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

    /// <summary>Keeps the mapping alive until <see cref="Release"/>, even when it is disposed meanwhile.</summary>
    public void Retain()
    {
        bool added = false;
        _view.SafeMemoryMappedViewHandle.DangerousAddRef(ref added);
    }

    public void Release() => _view.SafeMemoryMappedViewHandle.DangerousRelease();

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    protected override void BlankAt(int position)
    {
        ((float*)(_start + _layout.VectorsOffset))[(long)position * Dimension] = float.NaN;
        ((float*)(_start + _layout.ScalesOffset))[position] = float.NaN;
    }

    private void CheckContent(VectorFileHeader header, WorkerPool pool)
    {
        ReadOnlySpan<uint> checksums = new(_start + _layout.ChecksumsOffset, _layout.BlockCount);
        if (Checksum.Of(MemoryMarshal.AsBytes(checksums)) != header.ChecksumsChecksum)
        {
            throw new InvalidDataException("its checksums are damaged");
        }

        uint[] found = new uint[_layout.BlockCount];
        BlockChecksums.Compute(_start, _layout.ChecksumsOffset, found, pool);
        int damaged = checksums.CommonPrefixLength(found);
        if (damaged < found.Length)
        {
            throw new InvalidDataException($"block {damaged} of {found.Length} does not match its checksum");
        }
    }
}

using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Akin.Datasets.Columns;

/// <summary>
/// A file mapped into memory for reading. The mapping lives as long as any memory cut from it: whoever reads through a span keeps the column it came from alive
/// until the value is copied out (<see cref="ColumnData"/> does).
/// </summary>
internal sealed unsafe class MappedFile
{
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;

    private MappedFile(MemoryMappedViewAccessor? view, byte* start, long length)
    {
        _view = view;
        _start = start;
        Length = length;
    }

    public long Length { get; }

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static MappedFile Open(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length == 0)
        {
            return new MappedFile(null, null, 0);
        }

        using MemoryMappedFile file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor view = file.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        return new MappedFile(view, start + view.PointerOffset, stream.Length);
    }

    /// <summary>Bytes of the file; the caller has checked that they lie inside it.</summary>
    public ReadOnlyMemory<byte> Slice(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return length == 0 ? ReadOnlyMemory<byte>.Empty : new Part(this, _start + offset, length).Memory;
    }

    private sealed class Part(MappedFile file, byte* start, int length) : MemoryManager<byte>
    {
        private readonly MappedFile _file = file;

        public override Span<byte> GetSpan()
        {
            GC.KeepAlive(_file._view);
            return new Span<byte>(start, length);
        }

        public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex, default, this);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}

using System.IO.MemoryMappedFiles;

namespace Akin.Search.Lexical.Postings;

/// <summary>The bytes of a segment, in memory or mapped from a file.</summary>
internal sealed unsafe class SegmentBytes : IDisposable
{
    // Keeps the memory of a segment that is in no file alive; it does not move.
    private readonly byte[]? _pinned;
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private readonly long _length;

    public SegmentBytes(ReadOnlySpan<byte> bytes)
    {
        _pinned = GC.AllocateUninitializedArray<byte>(Math.Max(bytes.Length, 1), pinned: true);
        bytes.CopyTo(_pinned);
        _length = bytes.Length;
        _start = (byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_pinned, 0);
    }

    /// <param name="file">The mapping, owned from now on.</param>
    /// <param name="view">The view of all of it, owned from now on.</param>
    /// <param name="offset">Where the segment begins.</param>
    /// <param name="length">Its bytes.</param>
    public SegmentBytes(MemoryMappedFile file, MemoryMappedViewAccessor view, long offset, long length)
    {
        (_file, _view, _length) = (file, view, length);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _start = start + view.PointerOffset + offset;
    }

    public ReadOnlySpan<byte> Slice(long offset, long length)
    {
        if (offset < 0 || length < 0 || length > int.MaxValue || offset > _length - length)
        {
            throw new InvalidDataException($"bytes {offset} to {offset + length} are not among the {_length} of the postings");
        }

        return new ReadOnlySpan<byte>(_start + offset, (int)length);
    }

    /// <summary>Keeps a mapping alive until <see cref="Release"/>, even when it is disposed meanwhile.</summary>
    public void Retain()
    {
        bool added = false;
        _view?.SafeMemoryMappedViewHandle.DangerousAddRef(ref added);
    }

    public void Release()
    {
        _view?.SafeMemoryMappedViewHandle.DangerousRelease();
        GC.KeepAlive(_pinned);
    }

    public void Dispose()
    {
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file!.Dispose();
        }
    }
}

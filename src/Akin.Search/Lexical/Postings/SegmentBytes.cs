using Akin.Search.Storage;

namespace Akin.Search.Lexical.Postings;

/// <summary>The bytes of a segment, in memory or mapped from a file.</summary>
internal sealed unsafe class SegmentBytes : IDisposable
{
    // Keeps the memory of a segment that is in no file alive; it does not move.
    private readonly byte[]? _pinned;
    private readonly MappedDerivedFile? _mapped;
    private readonly byte* _start;
    private readonly long _length;

    public SegmentBytes(ReadOnlySpan<byte> bytes)
    {
        _pinned = GC.AllocateUninitializedArray<byte>(Math.Max(bytes.Length, 1), pinned: true);
        bytes.CopyTo(_pinned);
        _length = bytes.Length;
        _start = (byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_pinned, 0);
    }

    /// <param name="mapped">The file, owned from now on; the segment begins on its second page.</param>
    /// <param name="length">Bytes of the segment.</param>
    public SegmentBytes(MappedDerivedFile mapped, long length)
    {
        (_mapped, _length) = (mapped, length);
        _start = mapped.Start + DerivedFileFormat.PageBytes;
    }

    public ReadOnlySpan<byte> Slice(long offset, long length)
    {
        if (offset < 0 || length < 0 || length > int.MaxValue || offset > _length - length)
        {
            throw new InvalidDataException($"bytes {offset} to {offset + length} are not among the {_length} of the postings");
        }

        return new ReadOnlySpan<byte>(_start + offset, (int)length);
    }

    /// <inheritdoc cref="MappedDerivedFile.Retain"/>
    public void Retain() => _mapped?.Retain();

    public void Release()
    {
        _mapped?.Release();
        GC.KeepAlive(_pinned);
    }

    public void Dispose() => _mapped?.Dispose();
}

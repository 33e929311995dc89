using Microsoft.Win32.SafeHandles;

namespace Akin.Search.Vectors;

/// <summary>Writes one section of a file from its offset on, in large pieces.</summary>
internal sealed class SectionWriter(SafeFileHandle file, long offset)
{
    private readonly byte[] _buffer = new byte[256 * 1024];
    private long _offset = offset;
    private int _count;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int length = Math.Min(bytes.Length, _buffer.Length - _count);
            bytes[..length].CopyTo(_buffer.AsSpan(_count));
            bytes = bytes[length..];
            _count += length;
            if (_count == _buffer.Length)
            {
                Flush();
            }
        }
    }

    public void Flush()
    {
        RandomAccess.Write(file, _buffer.AsSpan(0, _count), _offset);
        _offset += _count;
        _count = 0;
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Akin.Search.Storage;

/// <summary>Vectors as they are stored: 32-bit floats, little-endian.</summary>
internal static class VectorBytes
{
    public static void Write(ReadOnlySpan<float> vector, Span<byte> destination)
    {
        MemoryMarshal.AsBytes(vector).CopyTo(destination);
        SwapOnBigEndian(destination);
    }

    public static void Read(ReadOnlySpan<byte> bytes, Span<float> destination)
    {
        Span<byte> target = MemoryMarshal.AsBytes(destination);
        bytes.CopyTo(target);
        SwapOnBigEndian(target);
    }

    private static void SwapOnBigEndian(Span<byte> bytes)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> words = MemoryMarshal.Cast<byte, int>(bytes);
            BinaryPrimitives.ReverseEndianness(words, words);
        }
    }
}

using System.Buffers.Binary;
using System.Numerics;

namespace Akin.Search.Lexical.Postings;

/// <summary>Small numbers side by side in as few bits as the largest of them needs, the lowest bits first.</summary>
internal static class BitPacking
{
    /// <summary>Reading looks at so many bytes at once: so many more must follow the packed ones.</summary>
    public const int PaddingBytes = sizeof(ulong);

    public static int BitsFor(ReadOnlySpan<uint> values)
    {
        uint all = 0;
        foreach (uint value in values)
        {
            all |= value;
        }

        return 32 - BitOperations.LeadingZeroCount(all);
    }

    public static int BytesFor(int count, int bits) => ((count * bits) + 7) / 8;

    /// <param name="values">What to pack.</param>
    /// <param name="bits">Bits of each, 0 to 32.</param>
    /// <param name="destination">Room for the packed bytes and the padding; all zero.</param>
    public static void Pack(ReadOnlySpan<uint> values, int bits, Span<byte> destination)
    {
        int at = 0;
        foreach (uint value in values)
        {
            Span<byte> place = destination[(at >> 3)..];
            BinaryPrimitives.WriteUInt64LittleEndian(place, BinaryPrimitives.ReadUInt64LittleEndian(place) | ((ulong)value << (at & 7)));
            at += bits;
        }
    }

    /// <param name="source">The packed bytes and the padding.</param>
    /// <param name="bits">Bits of each, 0 to 32.</param>
    /// <param name="values">Where the values go.</param>
    public static void Unpack(ReadOnlySpan<byte> source, int bits, Span<uint> values)
    {
        ulong mask = (1UL << bits) - 1;
        int at = 0;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (uint)((BinaryPrimitives.ReadUInt64LittleEndian(source[(at >> 3)..]) >> (at & 7)) & mask);
            at += bits;
        }
    }
}

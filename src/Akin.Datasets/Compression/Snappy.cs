using System.Buffers.Binary;

namespace Akin.Datasets.Compression;

/// <summary>Unpacks Snappy's raw format (https://github.com/google/snappy/blob/main/format_description.txt).</summary>
internal static class Snappy
{
    /// <summary>One byte of packed data stands for at most this many: a copy of 64 bytes takes three.</summary>
    public const int MaximumRatio = 22;

    /// <summary>Unpacks data that fill the destination exactly.</summary>
    /// <exception cref="InvalidDataException">They do not, or are damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int position = 0;
        if (ReadLength(source, ref position) != destination.Length)
        {
            throw Damaged();
        }

        int written = 0;
        while (position < source.Length)
        {
            byte tag = source[position++];
            int kind = tag & 3;
            if (kind == 0)
            {
                int length = (tag >> 2) + 1;
                const int LongestInTag = 60;
                if (length > LongestInTag)
                {
                    int bytes = length - LongestInTag;
                    length = (int)Math.Min((long)ReadNumber(source, ref position, bytes) + 1, int.MaxValue);
                }

                if (length > source.Length - position || length > destination.Length - written)
                {
                    throw Damaged();
                }

                source.Slice(position, length).CopyTo(destination[written..]);
                position += length;
                written += length;
                continue;
            }

            int copied = kind == 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
            long distance = kind switch
            {
                1 => ((tag >> 5) * 256L) + ReadNumber(source, ref position, 1),
                2 => ReadNumber(source, ref position, 2),
                _ => ReadNumber(source, ref position, 4),
            };
            Lz4.CopyMatch(destination, written, (int)Math.Min(distance, int.MaxValue), copied);
            written += copied;
        }

        if (written != destination.Length)
        {
            throw Damaged();
        }
    }

    private static long ReadLength(ReadOnlySpan<byte> source, ref int position)
    {
        long length = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte next = position < source.Length ? source[position++] : throw Damaged();
            length |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return length;
            }
        }

        throw Damaged();
    }

    private static uint ReadNumber(ReadOnlySpan<byte> source, ref int position, int bytes)
    {
        if (bytes > source.Length - position)
        {
            throw Damaged();
        }

        Span<byte> number = stackalloc byte[sizeof(uint)];
        number.Clear();
        source.Slice(position, bytes).CopyTo(number);
        position += bytes;
        return BinaryPrimitives.ReadUInt32LittleEndian(number);
    }

    private static InvalidDataException Damaged() => new("the Snappy data is damaged");
}

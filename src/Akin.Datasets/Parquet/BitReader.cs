using System.Numerics;

namespace Akin.Datasets.Parquet;

/// <summary>Parquet's packed integers (parquet-format, Encodings.md): runs and bit-packed groups, and deltas.</summary>
internal static class BitReader
{
    /// <summary>Reads runs and groups until the destination is full.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="bitWidth">Bits of a number, 0 to 32.</param>
    /// <param name="destination">Where numbers go.</param>
    /// <exception cref="InvalidDataException">There are fewer numbers.</exception>
    public static void ReadRuns(ReadOnlySpan<byte> source, int bitWidth, Span<int> destination)
    {
        if (bitWidth is < 0 or > 32)
        {
            throw new InvalidDataException($"numbers of {bitWidth} bits do not exist");
        }

        int position = 0;
        int written = 0;
        int valueBytes = (bitWidth + 7) / 8;
        while (written < destination.Length)
        {
            ulong header = ReadNumber(source, ref position);
            if ((header & 1) == 0)
            {
                ulong count = header >> 1;
                if (count == 0 || valueBytes > source.Length - position)
                {
                    throw Damaged();
                }

                uint value = 0;
                for (int index = 0; index < valueBytes; index++)
                {
                    value |= (uint)source[position++] << (8 * index);
                }

                int run = (int)Math.Min(count, (ulong)(destination.Length - written));
                destination.Slice(written, run).Fill((int)value);
                written += run;
                continue;
            }

            ulong groups = header >> 1;
            if (groups == 0 || groups > (ulong)source.Length * 8)
            {
                throw Damaged();
            }

            long groupBytes = (long)groups * bitWidth;
            int packed = (int)Math.Min((long)groups * 8, destination.Length - written);
            long needed = (((long)packed * bitWidth) + 7) / 8;
            if (needed > source.Length - position)
            {
                throw Damaged();
            }

            ReadOnlySpan<byte> bytes = source[position..];
            for (int index = 0; index < packed; index++)
            {
                destination[written + index] = (int)ReadBits(bytes, (long)index * bitWidth, bitWidth);
            }

            written += packed;
            position = (int)Math.Min(position + groupBytes, source.Length);
        }
    }

    /// <summary>Reads DELTA_BINARY_PACKED numbers and moves behind them.</summary>
    /// <exception cref="InvalidDataException">The bytes are not of that encoding, or there are more numbers than <paramref name="most"/>.</exception>
    public static long[] ReadDeltas(ReadOnlySpan<byte> source, ref int position, int most)
    {
        ulong blockSize = ReadNumber(source, ref position);
        ulong miniblocks = ReadNumber(source, ref position);
        ulong count = ReadNumber(source, ref position);
        long value = ReadZigZag(source, ref position);
        if (blockSize == 0 || blockSize % 128 != 0 || blockSize > 1 << 20 || miniblocks == 0 || blockSize % (miniblocks * 32) != 0 || count > (ulong)most)
        {
            throw new InvalidDataException($"a delta-encoded page has blocks of {blockSize} in {miniblocks} parts and {count} values");
        }

        long[] values = new long[count];
        if (count == 0)
        {
            return values;
        }

        values[0] = value;
        int written = 1;
        int perMiniblock = (int)(blockSize / miniblocks);
        while (written < values.Length)
        {
            long minimum = ReadZigZag(source, ref position);
            if ((ulong)(source.Length - position) < miniblocks)
            {
                throw Damaged();
            }

            ReadOnlySpan<byte> widths = source.Slice(position, (int)miniblocks);
            position += (int)miniblocks;
            for (int miniblock = 0; miniblock < widths.Length && written < values.Length; miniblock++)
            {
                int width = widths[miniblock];
                int length = perMiniblock / 8 * width;
                if (width > 64 || length > source.Length - position)
                {
                    throw Damaged();
                }

                ReadOnlySpan<byte> bytes = source.Slice(position, length);
                for (int index = 0; index < perMiniblock && written < values.Length; index++)
                {
                    value = unchecked(value + minimum + (long)ReadBits(bytes, (long)index * width, width));
                    values[written++] = value;
                }

                position += length;
            }
        }

        return values;
    }

    /// <summary>Bits of the width the number takes.</summary>
    public static int WidthOf(int maximum) => 32 - BitOperations.LeadingZeroCount((uint)maximum);

    private static ulong ReadBits(ReadOnlySpan<byte> bytes, long bit, int width)
    {
        ulong value = 0;
        int read = 0;
        int place = (int)(bit >> 3);
        int shift = (int)(bit & 7);
        while (read < width)
        {
            int taken = Math.Min(8 - shift, width - read);
            ulong part = (ulong)((bytes[place] >> shift) & ((1 << taken) - 1));
            value |= part << read;
            read += taken;
            shift = 0;
            place++;
        }

        return value;
    }

    private static long ReadZigZag(ReadOnlySpan<byte> source, ref int position)
    {
        ulong number = ReadNumber(source, ref position);
        return (long)(number >> 1) ^ -(long)(number & 1);
    }

    private static ulong ReadNumber(ReadOnlySpan<byte> source, ref int position)
    {
        ulong number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = (uint)position < (uint)source.Length ? source[position++] : throw Damaged();
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }

        throw Damaged();
    }

    private static InvalidDataException Damaged() => new("packed numbers are damaged or cut off");
}

using System.Buffers.Binary;

namespace Akin.Datasets.Compression;

/// <summary>Unpacks LZ4 (https://github.com/lz4/lz4/tree/dev/doc: block format, frame format 1.6).</summary>
internal static class Lz4
{
    /// <summary>One byte of a block stands for at most this many.</summary>
    public const int MaximumRatio = 255;

    private const uint FrameMagic = 0x184D2204;
    private const int MinimumMatch = 4;

    /// <summary>Whether data begins as a frame.</summary>
    public static bool IsFrame(ReadOnlySpan<byte> source) => source.Length >= 7 && BinaryPrimitives.ReadUInt32LittleEndian(source) == FrameMagic;

    /// <summary>Unpacks a frame that fills the destination exactly.</summary>
    /// <exception cref="InvalidDataException">It does not, or is damaged.</exception>
    public static void DecodeFrame(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!IsFrame(source))
        {
            throw Damaged();
        }

        byte flags = source[4];
        const byte Version = 0x40;
        if ((flags & 0xC0) != Version || (flags & 1) != 0)
        {
            throw new InvalidDataException("the LZ4 frame is of an unknown version or needs a dictionary");
        }

        bool blockChecksums = (flags & 0x10) != 0;
        int position = 6 + ((flags & 0x08) != 0 ? sizeof(long) : 0) + 1;
        int written = 0;
        while (true)
        {
            uint header = BinaryPrimitives.ReadUInt32LittleEndian(Part(source, position, sizeof(uint)));
            position += sizeof(uint);
            if (header == 0)
            {
                break;
            }

            const uint Stored = 0x8000_0000;
            int length = (int)(header & ~Stored);
            ReadOnlySpan<byte> block = Part(source, position, length);
            position += length + (blockChecksums ? sizeof(uint) : 0);
            if ((header & Stored) != 0)
            {
                if (block.Length > destination.Length - written)
                {
                    throw Damaged();
                }

                block.CopyTo(destination[written..]);
                written += block.Length;
            }
            else
            {
                written = DecodeBlock(block, destination, written);
            }
        }

        if (written != destination.Length)
        {
            throw Damaged();
        }
    }

    /// <summary>Unpacks a block behind what is already written; matches may reach back into that.</summary>
    /// <returns>Where the block ends in the destination.</returns>
    public static int DecodeBlock(ReadOnlySpan<byte> source, Span<byte> destination, int written)
    {
        int position = 0;
        while (position < source.Length)
        {
            byte token = source[position++];
            int literals = ReadLength(source, ref position, token >> 4);
            ReadOnlySpan<byte> copied = Part(source, position, literals);
            if (literals > destination.Length - written)
            {
                throw Damaged();
            }

            copied.CopyTo(destination[written..]);
            written += literals;
            position += literals;
            if (position == source.Length)
            {
                // The last sequence has no match.
                return written;
            }

            int distance = BinaryPrimitives.ReadUInt16LittleEndian(Part(source, position, sizeof(ushort)));
            position += sizeof(ushort);
            int length = ReadLength(source, ref position, token & 15) + MinimumMatch;
            CopyMatch(destination, written, distance, length);
            written += length;
        }

        return written;
    }

    /// <summary>Copies earlier output; a distance shorter than the length repeats it.</summary>
    internal static void CopyMatch(Span<byte> destination, int written, int distance, int length)
    {
        if (distance <= 0 || distance > written || length < 0 || length > destination.Length - written)
        {
            throw Damaged();
        }

        if (distance >= length)
        {
            destination.Slice(written - distance, length).CopyTo(destination[written..]);
            return;
        }

        for (int index = written; index < written + length; index++)
        {
            destination[index] = destination[index - distance];
        }
    }

    private static int ReadLength(ReadOnlySpan<byte> source, ref int position, int nibble)
    {
        long length = nibble;
        const int More = 15;
        if (nibble == More)
        {
            byte next;
            do
            {
                next = Part(source, position++, 1)[0];
                length += next;
            }
            while (next == byte.MaxValue);
        }

        return length <= int.MaxValue / 2 ? (int)length : throw Damaged();
    }

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> source, int start, int length) =>
        start >= 0 && length >= 0 && start <= source.Length - length ? source.Slice(start, length) : throw Damaged();

    private static InvalidDataException Damaged() => new("the LZ4 data is damaged");
}

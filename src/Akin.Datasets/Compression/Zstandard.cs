using System.Buffers.Binary;

namespace Akin.Datasets.Compression;

/// <summary>Unpacks Zstandard (RFC 8878), without dictionaries. The checksum of the content is not looked at: what is read here has its own.</summary>
internal static class Zstandard
{
    /// <summary>One byte of packed data stands for at most this many: a run of a whole block takes four.</summary>
    public const int MaximumRatio = 1 << 15;

    private const uint Magic = 0xFD2FB528;
    private const uint SkippableMagic = 0x184D2A50;
    private const int MaximumBlock = 128 << 10;

    /// <summary>Unpacks frames that fill the destination exactly.</summary>
    /// <exception cref="InvalidDataException">They do not, or are damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int position = 0;
        int written = 0;
        while (position < source.Length)
        {
            uint magic = BinaryPrimitives.ReadUInt32LittleEndian(Part(source, position, sizeof(uint)));
            position += sizeof(uint);
            if ((magic & ~15u) == SkippableMagic)
            {
                uint skipped = BinaryPrimitives.ReadUInt32LittleEndian(Part(source, position, sizeof(uint)));
                position += sizeof(uint);
                position += Part(source, position, (int)Math.Min(skipped, int.MaxValue)).Length;
                continue;
            }

            if (magic != Magic)
            {
                throw Damaged();
            }

            written += DecodeFrame(source, ref position, destination[written..]);
        }

        if (written != destination.Length)
        {
            throw new InvalidDataException($"the Zstandard data gives {written} bytes where {destination.Length} are expected");
        }
    }

    internal static InvalidDataException Damaged() => new("the Zstandard data is damaged");

    internal static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> source, int start, int length) =>
        start >= 0 && length >= 0 && start <= source.Length - length ? source.Slice(start, length) : throw Damaged();

    private static int DecodeFrame(ReadOnlySpan<byte> source, ref int position, Span<byte> destination)
    {
        byte descriptor = Part(source, position++, 1)[0];
        bool single = (descriptor & 0x20) != 0;
        bool checksum = (descriptor & 0x04) != 0;
        int dictionaryBytes = (descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 };
        int sizeBytes = (descriptor >> 6) switch { 0 => single ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        position += single ? 0 : 1;
        if (Part(source, position, dictionaryBytes).ContainsAnyExcept((byte)0))
        {
            throw new NotSupportedException("the Zstandard data needs a dictionary");
        }

        position += dictionaryBytes;
        position += Part(source, position, sizeBytes).Length;
        ZstandardBlocks blocks = new();
        int written = 0;
        bool last;
        do
        {
            ReadOnlySpan<byte> bytes = Part(source, position, 3);
            int header = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
            position += bytes.Length;
            last = (header & 1) != 0;
            int size = header >> 3;
            if (size > MaximumBlock)
            {
                throw Damaged();
            }

            switch ((header >> 1) & 3)
            {
                case 0:
                    ReadOnlySpan<byte> raw = Part(source, position, size);
                    Room(destination, written, size);
                    raw.CopyTo(destination[written..]);
                    position += size;
                    written += size;
                    break;
                case 1:
                    byte repeated = Part(source, position++, 1)[0];
                    Room(destination, written, size);
                    destination.Slice(written, size).Fill(repeated);
                    written += size;
                    break;
                case 2:
                    written = blocks.Decode(Part(source, position, size), destination, written);
                    position += size;
                    break;
                default:
                    throw Damaged();
            }
        }
        while (!last);

        position += checksum ? Part(source, position, sizeof(uint)).Length : 0;
        return written;
    }

    private static void Room(Span<byte> destination, int written, int length)
    {
        if (length > destination.Length - written)
        {
            throw Damaged();
        }
    }
}

using System.Buffers.Binary;

namespace Akin.Datasets.Compression;

/// <summary>Decodes the compressed blocks of one Zstandard frame; tables and offsets live on from block to block (RFC 8878, section 3.1.1.3).</summary>
internal sealed class ZstandardBlocks
{
    private const int MaximumLiterals = 128 << 10;
    private const int MaximumOffsetCode = 31;

    private static readonly FseTable PredefinedLiteralLengths = FseTable.Of(
        6, [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1]);

    private static readonly FseTable PredefinedMatchLengths = FseTable.Of(
        6, [1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1]);

    private static readonly FseTable PredefinedOffsets = FseTable.Of(
        5, [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1]);

    /// <summary>The further bits of each literal length code; its base is that of the code before plus what those bits can add.</summary>
    private static readonly byte[] LiteralLengthBits = [.. new byte[16], 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];

    private static readonly byte[] MatchLengthBits = [.. new byte[32], 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    private static readonly int[] LiteralLengthBases = Bases(LiteralLengthBits, 0);
    private static readonly int[] MatchLengthBases = Bases(MatchLengthBits, 3);

    private readonly int[] _recentOffsets = [1, 4, 8];
    private HuffmanTable? _huffman;
    private FseTable? _literalLengths;
    private FseTable? _offsets;
    private FseTable? _matchLengths;

    /// <summary>Decodes a block behind what is written and gives where it ends.</summary>
    public int Decode(ReadOnlySpan<byte> source, Span<byte> destination, int written)
    {
        int position = 0;
        byte[] literals = ReadLiterals(source, ref position);
        int used = 0;
        int sequences = ReadCount(source, ref position);
        if (sequences > 0)
        {
            byte modes = Zstandard.Part(source, position++, 1)[0];
            _literalLengths = ReadTable(source, ref position, modes >> 6, PredefinedLiteralLengths, _literalLengths, 9, LiteralLengthBits.Length - 1);
            _offsets = ReadTable(source, ref position, (modes >> 4) & 3, PredefinedOffsets, _offsets, 8, MaximumOffsetCode);
            _matchLengths = ReadTable(source, ref position, (modes >> 2) & 3, PredefinedMatchLengths, _matchLengths, 9, MatchLengthBits.Length - 1);
            written = Execute(source[position..], sequences, literals, ref used, destination, written);
        }
        else if (position != source.Length)
        {
            throw Zstandard.Damaged();
        }

        return Copy(literals.AsSpan(used), destination, written);
    }

    private int Execute(ReadOnlySpan<byte> source, int sequences, byte[] literals, ref int used, Span<byte> destination, int written)
    {
        ReverseBits bits = new(source);
        int literalState = (int)bits.Read(_literalLengths!.Accuracy);
        int offsetState = (int)bits.Read(_offsets!.Accuracy);
        int matchState = (int)bits.Read(_matchLengths!.Accuracy);
        for (int sequence = 0; sequence < sequences; sequence++)
        {
            int offsetCode = _offsets.Symbol(offsetState);
            int matchCode = _matchLengths.Symbol(matchState);
            int literalCode = _literalLengths.Symbol(literalState);
            if (offsetCode > MaximumOffsetCode || matchCode >= MatchLengthBits.Length || literalCode >= LiteralLengthBits.Length)
            {
                throw Zstandard.Damaged();
            }

            long offsetValue = (1L << offsetCode) + (long)bits.Read(offsetCode);
            int matchLength = MatchLengthBases[matchCode] + (int)bits.Read(MatchLengthBits[matchCode]);
            int literalLength = LiteralLengthBases[literalCode] + (int)bits.Read(LiteralLengthBits[literalCode]);
            if (bits.Left < 0 || literalLength > literals.Length - used)
            {
                throw Zstandard.Damaged();
            }

            written = Copy(literals.AsSpan(used, literalLength), destination, written);
            used += literalLength;
            Lz4.CopyMatch(destination, written, Offset(offsetValue, literalLength), matchLength);
            written += matchLength;
            if (sequence < sequences - 1)
            {
                literalState = _literalLengths.Next(literalState, ref bits);
                matchState = _matchLengths.Next(matchState, ref bits);
                offsetState = _offsets.Next(offsetState, ref bits);
            }
        }

        return bits.Left == 0 ? written : throw Zstandard.Damaged();
    }

    /// <summary>Values up to 3 stand for one of the last offsets, counted on by one where there are no literals.</summary>
    private int Offset(long value, int literalLength)
    {
        int offset;
        if (value > 3)
        {
            offset = value - 3 <= int.MaxValue ? (int)(value - 3) : throw Zstandard.Damaged();
            _recentOffsets[2] = _recentOffsets[1];
            _recentOffsets[1] = _recentOffsets[0];
            _recentOffsets[0] = offset;
            return offset;
        }

        int place = (int)value - 1 + (literalLength == 0 ? 1 : 0);
        offset = place < 3 ? _recentOffsets[place] : _recentOffsets[0] - 1;
        if (place > 1)
        {
            _recentOffsets[2] = _recentOffsets[1];
        }

        if (place > 0)
        {
            _recentOffsets[1] = _recentOffsets[0];
            _recentOffsets[0] = offset;
        }

        return offset;
    }

    private byte[] ReadLiterals(ReadOnlySpan<byte> source, ref int position)
    {
        byte first = Zstandard.Part(source, position, 1)[0];
        int kind = first & 3;
        int format = (first >> 2) & 3;
        if (kind < 2)
        {
            int headerBytes = format switch { 1 => 2, 3 => 3, _ => 1 };
            int size = (int)(Header(source, ref position, headerBytes) >> (headerBytes == 1 ? 3 : 4));
            Check(size);
            byte[] plain = new byte[size];
            if (kind == 0)
            {
                Zstandard.Part(source, position, size).CopyTo(plain);
                position += size;
            }
            else
            {
                Array.Fill(plain, Zstandard.Part(source, position++, 1)[0]);
            }

            return plain;
        }

        int bits = format switch { 0 or 1 => 10, 2 => 14, _ => 18 };
        ulong header = Header(source, ref position, format switch { 0 or 1 => 3, 2 => 4, _ => 5 });
        int regenerated = (int)((header >> 4) & ((1UL << bits) - 1));
        int packed = (int)((header >> (4 + bits)) & ((1UL << bits) - 1));
        Check(regenerated);
        ReadOnlySpan<byte> body = Zstandard.Part(source, position, packed);
        position += packed;
        int start = 0;
        if (kind == 2)
        {
            _huffman = HuffmanTable.Read(body, ref start);
        }

        HuffmanTable huffman = _huffman ?? throw Zstandard.Damaged();
        byte[] literals = new byte[regenerated];
        if (format == 0)
        {
            huffman.Decode(body[start..], literals);
        }
        else
        {
            DecodeFourStreams(huffman, body[start..], literals);
        }

        return literals;
    }

    private static void DecodeFourStreams(HuffmanTable huffman, ReadOnlySpan<byte> body, Span<byte> literals)
    {
        const int StreamCount = 4;
        const int JumpBytes = (StreamCount - 1) * sizeof(ushort);
        ReadOnlySpan<byte> jumps = Zstandard.Part(body, 0, JumpBytes);
        int part = (literals.Length + StreamCount - 1) / StreamCount;
        int position = JumpBytes;
        for (int stream = 0; stream < StreamCount; stream++)
        {
            bool last = stream == StreamCount - 1;
            int length = last ? body.Length - position : BinaryPrimitives.ReadUInt16LittleEndian(jumps[(stream * sizeof(ushort))..]);
            int from = part * stream;
            int count = last ? literals.Length - from : part;
            if (from > literals.Length || count < 0 || from + count > literals.Length)
            {
                throw Zstandard.Damaged();
            }

            huffman.Decode(Zstandard.Part(body, position, length), literals.Slice(from, count));
            position += length;
        }
    }

    private static int ReadCount(ReadOnlySpan<byte> source, ref int position)
    {
        int first = Zstandard.Part(source, position++, 1)[0];
        if (first < 128)
        {
            return first;
        }

        if (first < 255)
        {
            return ((first - 128) << 8) + Zstandard.Part(source, position++, 1)[0];
        }

        int count = BinaryPrimitives.ReadUInt16LittleEndian(Zstandard.Part(source, position, sizeof(ushort))) + 0x7F00;
        position += sizeof(ushort);
        return count;
    }

    private static FseTable ReadTable(ReadOnlySpan<byte> source, ref int position, int mode, FseTable predefined, FseTable? before, int maximumAccuracy, int maximumSymbol) => mode switch
    {
        0 => predefined,
        1 => FseTable.Single(Zstandard.Part(source, position++, 1)[0]),
        2 => FseTable.Read(source, ref position, maximumAccuracy, maximumSymbol),
        _ => before ?? throw Zstandard.Damaged(),
    };

    private static int Copy(ReadOnlySpan<byte> bytes, Span<byte> destination, int written)
    {
        if (bytes.Length > destination.Length - written)
        {
            throw Zstandard.Damaged();
        }

        bytes.CopyTo(destination[written..]);
        return written + bytes.Length;
    }

    private static ulong Header(ReadOnlySpan<byte> source, ref int position, int bytes)
    {
        ulong header = 0;
        for (int index = 0; index < bytes; index++)
        {
            header |= (ulong)Zstandard.Part(source, position++, 1)[0] << (8 * index);
        }

        return header;
    }

    private static void Check(int literals)
    {
        if (literals > MaximumLiterals)
        {
            throw Zstandard.Damaged();
        }
    }

    private static int[] Bases(byte[] bits, int first)
    {
        int[] bases = new int[bits.Length];
        bases[0] = first;
        for (int code = 1; code < bits.Length; code++)
        {
            bases[code] = bases[code - 1] + (1 << bits[code - 1]);
        }

        return bases;
    }
}

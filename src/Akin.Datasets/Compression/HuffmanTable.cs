using System.Numerics;

namespace Akin.Datasets.Compression;

/// <summary>A table of Zstandard's Huffman codes (RFC 8878, section 4.2).</summary>
internal sealed class HuffmanTable
{
    private const int MaximumBits = 11;
    private const int MaximumWeightAccuracy = 6;

    private readonly byte[] _symbols;
    private readonly byte[] _bitCounts;
    private readonly int _bits;

    private HuffmanTable(ReadOnlySpan<byte> weights)
    {
        int total = 0;
        foreach (byte weight in weights)
        {
            total += weight > 0 ? 1 << (weight - 1) : 0;
        }

        if (total == 0)
        {
            throw Zstandard.Damaged();
        }

        // The last weight is what is missing to a power of two.
        _bits = BitOperations.Log2((uint)total) + 1;
        int missing = (1 << _bits) - total;
        if (_bits > MaximumBits || !BitOperations.IsPow2(missing))
        {
            throw Zstandard.Damaged();
        }

        byte[] all = [.. weights, (byte)(BitOperations.Log2((uint)missing) + 1)];
        _symbols = new byte[1 << _bits];
        _bitCounts = new byte[1 << _bits];
        int place = 0;
        for (int weight = 1; weight <= _bits; weight++)
        {
            for (int symbol = 0; symbol < all.Length; symbol++)
            {
                if (all[symbol] == weight)
                {
                    int length = 1 << (weight - 1);
                    _symbols.AsSpan(place, length).Fill((byte)symbol);
                    _bitCounts.AsSpan(place, length).Fill((byte)(_bits + 1 - weight));
                    place += length;
                }
            }
        }
    }

    /// <summary>Reads the description of a table and moves behind it.</summary>
    public static HuffmanTable Read(ReadOnlySpan<byte> source, ref int position)
    {
        const int DirectFrom = 128;
        int header = position < source.Length ? source[position++] : throw Zstandard.Damaged();
        Span<byte> weights = stackalloc byte[256];
        int count;
        if (header >= DirectFrom)
        {
            count = header - DirectFrom + 1;
            ReadOnlySpan<byte> nibbles = Zstandard.Part(source, position, (count + 1) / 2);
            position += nibbles.Length;
            for (int index = 0; index < count; index++)
            {
                weights[index] = (byte)(index % 2 == 0 ? nibbles[index / 2] >> 4 : nibbles[index / 2] & 15);
            }
        }
        else
        {
            ReadOnlySpan<byte> packed = Zstandard.Part(source, position, header);
            position += header;
            count = ReadWeights(packed, weights);
        }

        foreach (byte weight in weights[..count])
        {
            if (weight > MaximumBits)
            {
                throw Zstandard.Damaged();
            }
        }

        return new HuffmanTable(weights[..count]);
    }

    /// <summary>Decodes a stream that fills the destination exactly.</summary>
    public void Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ReverseBits bits = new(source);
        for (int index = 0; index < destination.Length; index++)
        {
            int code = (int)bits.Peek(_bits);
            destination[index] = _symbols[code];
            bits.Skip(_bitCounts[code]);
        }

        if (bits.Left != 0)
        {
            throw Zstandard.Damaged();
        }
    }

    /// <summary>Two states take turns until the bits are used up.</summary>
    private static int ReadWeights(ReadOnlySpan<byte> packed, Span<byte> weights)
    {
        int position = 0;
        FseTable table = FseTable.Read(packed, ref position, MaximumWeightAccuracy, maximumSymbol: 15);
        ReverseBits bits = new(packed[position..]);
        int first = (int)bits.Read(table.Accuracy);
        int second = (int)bits.Read(table.Accuracy);
        int count = 0;
        while (true)
        {
            const int Most = 254;
            if (count >= Most)
            {
                throw Zstandard.Damaged();
            }

            weights[count++] = table.Symbol(first);
            first = table.Next(first, ref bits);
            if (bits.Left < 0)
            {
                weights[count++] = table.Symbol(second);
                return count;
            }

            (first, second) = (second, first);
        }
    }
}

using System.Numerics;

namespace Akin.Datasets.Compression;

/// <summary>A table of finite-state entropy codes (RFC 8878, section 4.1): each state gives a symbol, and the bits that lead to the next state.</summary>
internal sealed class FseTable
{
    private const int MaximumSymbols = 256;

    private readonly byte[] _symbols;
    private readonly byte[] _bitCounts;
    private readonly ushort[] _bases;

    private FseTable(int accuracy, int size)
    {
        Accuracy = accuracy;
        _symbols = new byte[size];
        _bitCounts = new byte[size];
        _bases = new ushort[size];
    }

    /// <summary>Bits of a state.</summary>
    public int Accuracy { get; }

    /// <summary>A table that gives one symbol without reading bits.</summary>
    public static FseTable Single(byte symbol)
    {
        FseTable table = new(0, 1);
        table._symbols[0] = symbol;
        return table;
    }

    /// <summary>A table of the shares of its symbols; −1 is a share below one.</summary>
    public static FseTable Of(int accuracy, ReadOnlySpan<short> shares)
    {
        int size = 1 << accuracy;
        FseTable table = new(accuracy, size);
        Span<int> next = stackalloc int[MaximumSymbols];
        int high = size - 1;
        for (int symbol = 0; symbol < shares.Length; symbol++)
        {
            next[symbol] = shares[symbol] == -1 ? 1 : shares[symbol];
            if (shares[symbol] == -1)
            {
                table._symbols[high--] = (byte)symbol;
            }
        }

        int step = (size >> 1) + (size >> 3) + 3;
        int place = 0;
        for (int symbol = 0; symbol < shares.Length; symbol++)
        {
            for (int count = 0; count < shares[symbol]; count++)
            {
                table._symbols[place] = (byte)symbol;
                do
                {
                    place = (place + step) & (size - 1);
                }
                while (place > high);
            }
        }

        for (int state = 0; state < size; state++)
        {
            int number = next[table._symbols[state]]++;
            int bits = accuracy - BitOperations.Log2((uint)number);
            table._bitCounts[state] = (byte)bits;
            table._bases[state] = (ushort)((number << bits) - size);
        }

        return table;
    }

    /// <summary>Reads the description of a table and moves behind it.</summary>
    public static FseTable Read(ReadOnlySpan<byte> source, ref int position, int maximumAccuracy, int maximumSymbol)
    {
        int bit = position * 8;
        int end = source.Length * 8;
        int accuracy = (int)Forward(source, ref bit, end, 4) + 5;
        if (accuracy > maximumAccuracy)
        {
            throw Zstandard.Damaged();
        }

        short[] shares = new short[MaximumSymbols];
        int symbol = 0;
        int remaining = (1 << accuracy) + 1;
        int threshold = 1 << accuracy;
        int width = accuracy + 1;
        while (remaining > 1)
        {
            if (symbol > maximumSymbol)
            {
                throw Zstandard.Damaged();
            }

            int most = (2 * threshold) - 1 - remaining;
            int peeked = bit;
            int low = (int)Forward(source, ref peeked, end, width - 1);
            int count = low;
            if (low < most)
            {
                bit = peeked;
            }
            else
            {
                count = (int)Forward(source, ref bit, end, width);
                count -= count >= threshold ? most : 0;
            }

            count--;
            remaining -= Math.Abs(count);
            shares[symbol++] = (short)count;
            if (count == 0)
            {
                int repeats;
                do
                {
                    repeats = (int)Forward(source, ref bit, end, 2);
                    symbol += repeats;
                }
                while (repeats == 3 && symbol <= maximumSymbol);
            }

            while (remaining < threshold && threshold > 1)
            {
                width--;
                threshold >>= 1;
            }
        }

        if (remaining != 1 || symbol > maximumSymbol + 1)
        {
            throw Zstandard.Damaged();
        }

        position = (bit + 7) / 8;
        return Of(accuracy, shares.AsSpan(0, symbol));
    }

    public byte Symbol(int state) => _symbols[state];

    public int Next(int state, ref ReverseBits bits) => _bases[state] + (int)bits.Read(_bitCounts[state]);

    /// <summary>Bits from the start on; the last read may reach beyond the end, where there are zeros.</summary>
    private static uint Forward(ReadOnlySpan<byte> source, ref int bit, int end, int count)
    {
        if (bit >= end)
        {
            throw Zstandard.Damaged();
        }

        uint value = 0;
        for (int index = 0; index < count; index++, bit++)
        {
            value |= bit < end ? (uint)((source[bit >> 3] >> (bit & 7)) & 1) << index : 0;
        }

        return value;
    }
}

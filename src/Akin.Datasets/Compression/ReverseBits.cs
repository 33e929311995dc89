using System.Numerics;

namespace Akin.Datasets.Compression;

/// <summary>Reads bits from the end of data to its start, as Zstandard's entropy-coded parts are read; the highest set bit of the last byte marks the end.</summary>
internal ref struct ReverseBits
{
    private readonly ReadOnlySpan<byte> _bytes;

    public ReverseBits(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[^1] == 0)
        {
            throw Zstandard.Damaged();
        }

        _bytes = bytes;
        Left = ((bytes.Length - 1) * 8) + BitOperations.Log2(bytes[^1]);
    }

    /// <summary>Bits that are left; below 0 when more were read than there are.</summary>
    public int Left { get; private set; }

    /// <summary>The next bits; those before the start of the data are 0.</summary>
    public ulong Read(int count)
    {
        ulong bits = Peek(count);
        Left -= count;
        return bits;
    }

    public void Skip(int count) => Left -= count;

    public readonly ulong Peek(int count)
    {
        int from = Left - count;
        ulong value = 0;
        for (int bit = Math.Max(from, 0); bit < Left;)
        {
            int shift = bit & 7;
            int taken = Math.Min(8 - shift, Left - bit);
            value |= (ulong)((_bytes[bit >> 3] >> shift) & ((1 << taken) - 1)) << (bit - from);
            bit += taken;
        }

        return value;
    }
}

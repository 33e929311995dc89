namespace Akin.Search.Lexical.Postings;

/// <summary>Numbers in as many bytes as they need, seven bits in each, the lowest first; a set top bit says that more follow.</summary>
internal static class VariableLength
{
    public const int MostBytes = 5;

    /// <summary>Writes a number and returns its bytes.</summary>
    public static int Write(uint value, Span<byte> destination)
    {
        int length = 0;
        while (value >= 0x80)
        {
            destination[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[length++] = (byte)value;
        return length;
    }

    /// <summary>Reads a number and moves the place behind it.</summary>
    public static uint Read(ReadOnlySpan<byte> source, ref int at)
    {
        uint value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = source[at++];
            value |= (uint)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>Where so many numbers end that begin at a place.</summary>
    public static int Skip(ReadOnlySpan<byte> source, int at, uint count)
    {
        while (count > 0)
        {
            count -= source[at++] < 0x80 ? 1u : 0u;
        }

        return at;
    }
}

namespace Akin.Datasets.Columns;

/// <summary>Bits as Arrow stores them: the lowest bit of a byte first.</summary>
internal static class Bitmap
{
    public static bool IsSet(ReadOnlySpan<byte> bits, int index) => ((bits[index >> 3] >> (index & 7)) & 1) != 0;

    public static void Set(Span<byte> bits, int index) => bits[index >> 3] |= (byte)(1 << (index & 7));

    public static int ByteCount(int bitCount) => (int)(((long)bitCount + 7) >> 3);
}

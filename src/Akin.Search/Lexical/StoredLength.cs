using System.Numerics;

namespace Akin.Search.Lexical;

/// <summary>Document lengths as Lucene keeps them in a byte (SmallFloat.intToByte4): exact up to 40, above with four significant bits, rounded down.</summary>
internal static class StoredLength
{
    // The codes that are left once every power of two has its four bits stand for themselves.
    private const int ExactCodes = 24;
    private const int SignificantBits = 4;

    public static int Of(int length)
    {
        int rest = length - ExactCodes;
        int shift = Math.Max(0, BitOperations.Log2((uint)Math.Max(rest, 1)) + 1 - SignificantBits);
        return rest <= 0 ? length : ExactCodes + (rest >> shift << shift);
    }
}

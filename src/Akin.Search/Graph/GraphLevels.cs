namespace Akin.Search.Graph;

/// <summary>How high nodes reach: each level has an M-th of the nodes of the one below.</summary>
internal static class GraphLevels
{
    /// <summary>The highest level there is.</summary>
    public const int Highest = 40;

    /// <summary>The level of the n-th node that is added: ⌊−ln u / ln M⌋ with u from (0, 1], made of seed and number by SplitMix64.</summary>
    public static byte Of(ulong seed, long number, int m)
    {
        ulong state = seed + (ulong)(number + 1) * 0x9E37_79B9_7F4A_7C15;
        state = (state ^ state >> 30) * 0xBF58_476D_1CE4_E5B9;
        state = (state ^ state >> 27) * 0x94D0_49BB_1331_11EB;
        state ^= state >> 31;
        double uniform = ((state >> 11) + 1) * (1.0 / (1UL << 53));
        return (byte)Math.Min(Highest, Math.Floor(-Math.Log(uniform) / Math.Log(m)));
    }
}

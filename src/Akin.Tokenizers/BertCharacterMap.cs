using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers;

/// <summary>
/// What <see cref="BertNormalizer"/> followed by <see cref="PreTokenizers.BertPreTokenizer"/> makes of every UTF-16 unit, in one table:
/// the unit of a word that it becomes, or one of the codes below. The codes lie among the surrogates, which no character maps to.
/// </summary>
internal sealed class BertCharacterMap
{
    /// <summary>First of the codes: smaller values, and those from 0xE000, are word characters.</summary>
    public const ushort FirstCode = 0xD800;

    /// <summary>Number of values among which the codes lie.</summary>
    public const ushort CodeCount = 0x800;

    /// <summary>Ends the word.</summary>
    public const ushort Space = 0xD800;

    /// <summary>Disappears.</summary>
    public const ushort Dropped = 0xD801;

    /// <summary>A word of its own, unchanged.</summary>
    public const ushort Isolated = 0xD802;

    /// <summary>Something longer or rarer: ask <see cref="Expand"/>.</summary>
    public const ushort Complex = 0xD803;

    /// <summary>The most code points of an expansion: a decomposition of four, each lower-cased to two, with a space at both ends.</summary>
    public const int LongestExpansion = 16;

    private static readonly ushort[]?[] Shared = new ushort[16][];

    private readonly bool cleanText;
    private readonly bool handleChinese;
    private readonly bool stripAccents;
    private readonly bool lowercase;

    /// <param name="normalizer">The normalizer.</param>
    /// <param name="watched">Code points whose appearance in the normalized text must be seen: they get the code <see cref="Complex"/>.</param>
    public BertCharacterMap(BertNormalizer normalizer, IReadOnlySet<int> watched)
    {
        cleanText = normalizer.CleanText;
        handleChinese = normalizer.HandleChineseCharacters;
        stripAccents = normalizer.StripAccents ?? normalizer.Lowercase;
        lowercase = normalizer.Lowercase;
        int index = (cleanText ? 1 : 0) | (handleChinese ? 2 : 0) | (stripAccents ? 4 : 0) | (lowercase ? 8 : 0);
        Units = watched.Count > 0 ? Build(watched) : Shared[index] ??= Build(watched);
    }

    /// <summary>A value for every UTF-16 unit.</summary>
    public ushort[] Units { get; }

    /// <summary>What one code point of the text becomes.</summary>
    /// <param name="codePoint">The code point.</param>
    /// <param name="expansion">Receives normalized code points; U+0020 stands for every place where the text is cut without a piece.</param>
    /// <returns>
    /// The number of code points, or -1 when the result depends on its neighbours: a mark that is not stripped may change places with others.
    /// </returns>
    public int Expand(int codePoint, Span<int> expansion)
    {
        CharacterFlags flags = UnicodeTables.Flags(codePoint);
        if (cleanText)
        {
            if ((flags & CharacterFlags.CleanedAway) != 0)
                return 0;
            if ((flags & CharacterFlags.CleanedToSpace) != 0)
            {
                expansion[0] = ' ';
                return 1;
            }
        }
        int count = 0;
        bool chinese = handleChinese && (flags & CharacterFlags.Chinese) != 0;
        if (chinese)
            expansion[count++] = ' ';
        Span<int> decomposed = stackalloc int[UnicodeTables.LongestRun];
        decomposed[0] = codePoint;
        int decomposedCount = stripAccents ? UnicodeTables.Decompose(codePoint, compatibility: false, decomposed) : 1;
        foreach (int part in decomposed[..decomposedCount])
        {
            if (stripAccents)
            {
                if (UnicodeTables.Is(part, CharacterFlags.NonspacingMark))
                    continue;
                if (UnicodeTables.CombiningClass(part) != 0)
                    return -1;
            }
            if (lowercase)
                count += UnicodeTables.ToLower(part, expansion[count..]);
            else
                expansion[count++] = part;
        }
        if (chinese)
            expansion[count++] = ' ';
        return count;
    }

    private ushort[] Build(IReadOnlySet<int> watched)
    {
        ushort[] units = new ushort[0x10000];
        Span<int> expansion = stackalloc int[LongestExpansion];
        for (int unit = 0; unit < units.Length; unit++)
        {
            if (char.IsSurrogate((char)unit))
            {
                units[unit] = Complex;
                continue;
            }
            int count = Expand(unit, expansion);
            units[unit] = count < 0 || Contains(watched, expansion[..count]) ? Complex : Classify(unit, expansion[..count]);
        }
        return units;
    }

    private static ushort Classify(int unit, ReadOnlySpan<int> expansion)
    {
        if (expansion.IsEmpty)
            return Dropped;
        if (expansion.Length == 1)
        {
            CharacterFlags flags = UnicodeTables.Flags(expansion[0]);
            if ((flags & CharacterFlags.Whitespace) != 0)
                return Space;
            if ((flags & CharacterFlags.BertPunctuation) != 0)
                return expansion[0] == unit ? Isolated : Complex;
            return expansion[0] < 0x10000 ? (ushort)expansion[0] : Complex;
        }
        return expansion.Length == 3 && expansion[0] == ' ' && expansion[1] == unit && expansion[2] == ' ' ? Isolated : Complex;
    }

    private static bool Contains(IReadOnlySet<int> watched, ReadOnlySpan<int> expansion)
    {
        if (watched.Count > 0)
        {
            foreach (int codePoint in expansion)
            {
                if (watched.Contains(codePoint))
                    return true;
            }
        }
        return false;
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Akin.Tokenizers.Unicode;

/// <summary>
/// The character tables of the reference tokenizers, read once from the embedded file that <c>eng/unicode/make_tables.py</c> writes.
/// </summary>
/// <remarks>
/// .NET's own tables would not do: without ICU <see cref="string.Normalize()"/> leaves everything but ASCII alone, and the reference
/// mixes tables of Unicode 8 to 17.
/// </remarks>
internal static class UnicodeTables
{
    /// <summary>What takes the place of an unpaired surrogate.</summary>
    public const char Replacement = '\uFFFD';

    private const int HangulFirst = 0xAC00;
    private const int HangulCount = LeadCount * VowelCount * TailCount;
    private const int LeadFirst = 0x1100;
    private const int LeadCount = 19;
    private const int VowelFirst = 0x1161;
    private const int VowelCount = 21;
    private const int TailFirst = 0x11A7; // one before the first tail: tail 0 means none
    private const int TailCount = 28;

    private static readonly ushort[] FlagPages;
    private static readonly ushort[] FlagValues;
    private static readonly ushort[] ClassPages;
    private static readonly byte[] ClassValues;
    private static readonly CodePointMap LowerCase;
    private static readonly CodePointMap Canonical;
    private static readonly CodePointMap Compatibility;
    private static readonly Dictionary<(int First, int Second), int> Composites;
    private static readonly HashSet<int> SecondOfComposite = [];
    private static readonly ushort[] CategoryPages;
    private static readonly byte[] CategoryValues;
    private static readonly ushort[] ScriptPages;
    private static readonly byte[] ScriptValues;
    private static readonly ushort[] ReferenceScriptPages;
    private static readonly byte[] ReferenceScriptValues;
    private static readonly string[] Scripts;
    private static readonly int[] FoldKeys;
    private static readonly int[] FoldValues;

    static UnicodeTables()
    {
        using Stream stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("unicode.bin")
            ?? throw new InvalidOperationException("Akin.Tokenizers was built without its character tables (Unicode/unicode.bin).");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        ReadOnlySpan<byte> rest = bytes;
        FlagPages = Read<ushort>(ref rest);
        FlagValues = Read<ushort>(ref rest);
        ClassPages = Read<ushort>(ref rest);
        ClassValues = Read<byte>(ref rest);
        LowerCase = new CodePointMap(Read<int>(ref rest), Read<int>(ref rest), Read<int>(ref rest));
        Canonical = new CodePointMap(Read<int>(ref rest), Read<int>(ref rest), Read<int>(ref rest));
        Compatibility = new CodePointMap(Read<int>(ref rest), Read<int>(ref rest), Read<int>(ref rest));
        int[] first = Read<int>(ref rest), second = Read<int>(ref rest), composite = Read<int>(ref rest);
        Composites = new Dictionary<(int, int), int>(first.Length);
        for (int i = 0; i < first.Length; i++)
        {
            Composites.Add((first[i], second[i]), composite[i]);
            SecondOfComposite.Add(second[i]);
        }
        CategoryPages = Read<ushort>(ref rest);
        CategoryValues = Read<byte>(ref rest);
        ScriptPages = Read<ushort>(ref rest);
        ScriptValues = Read<byte>(ref rest);
        ReferenceScriptPages = Read<ushort>(ref rest);
        ReferenceScriptValues = Read<byte>(ref rest);
        Scripts = System.Text.Encoding.UTF8.GetString(Read<byte>(ref rest)).Split('\n');
        FoldKeys = Read<int>(ref rest);
        FoldValues = Read<int>(ref rest);
    }

    /// <summary>The names of the scripts; the place of a name is its index. Index 0 is Unknown.</summary>
    public static IReadOnlyList<string> ScriptNames => Scripts;

    /// <summary>The code points that equal a smaller one when case is ignored (simple case folding), ascending.</summary>
    public static ReadOnlySpan<int> FoldedCodePoints => FoldKeys;

    /// <summary>The smallest code point that each of <see cref="FoldedCodePoints"/> equals.</summary>
    public static ReadOnlySpan<int> FoldedTo => FoldValues;

    /// <summary>The general category as the reference's regular expressions see it (Unicode 16).</summary>
    public static GeneralCategory Category(int codePoint) => (GeneralCategory)CategoryValues[(CategoryPages[codePoint >> 8] << 8) + (codePoint & 0xFF)];

    /// <summary>The index of the script in Unicode 17.</summary>
    public static int Script(int codePoint) => ScriptValues[(ScriptPages[codePoint >> 8] << 8) + (codePoint & 0xFF)];

    /// <summary>The index of the script that the reference's UnicodeScripts goes by (Unicode 9, kana are Han); 0 when it knows none.</summary>
    public static int ReferenceScript(int codePoint) => ReferenceScriptValues[(ReferenceScriptPages[codePoint >> 8] << 8) + (codePoint & 0xFF)];

    public static CharacterFlags Flags(int codePoint) =>
        (CharacterFlags)FlagValues[(FlagPages[codePoint >> 8] << 8) + (codePoint & 0xFF)];

    public static bool Is(int codePoint, CharacterFlags flag) => (Flags(codePoint) & flag) != 0;

    public static int CombiningClass(int codePoint) => ClassValues[(ClassPages[codePoint >> 8] << 8) + (codePoint & 0xFF)];

    public static bool IsHangulSyllable(int codePoint) => (uint)(codePoint - HangulFirst) < HangulCount;

    /// <summary>Writes the lower case form of a code point; without context, so that Σ is always σ.</summary>
    /// <param name="codePoint">The code point.</param>
    /// <param name="destination">Room for at least <see cref="LongestRun"/> code points.</param>
    /// <returns>The number of code points written.</returns>
    public static int ToLower(int codePoint, Span<int> destination)
    {
        if (!Is(codePoint, CharacterFlags.HasLowerCase))
        {
            destination[0] = codePoint;
            return 1;
        }
        ReadOnlySpan<int> run = LowerCase[codePoint];
        run.CopyTo(destination);
        return run.Length;
    }

    /// <summary>The most code points that one becomes by decomposition (U+FDFA in NFKD has 18).</summary>
    public const int LongestRun = 18;

    /// <summary>Writes the full decomposition of a code point.</summary>
    /// <param name="codePoint">The code point.</param>
    /// <param name="compatibility">Whether compatibility mappings apply (NFKD) or only canonical ones (NFD).</param>
    /// <param name="destination">Room for at least <see cref="LongestRun"/> code points.</param>
    /// <returns>The number of code points written.</returns>
    public static int Decompose(int codePoint, bool compatibility, Span<int> destination)
    {
        if (IsHangulSyllable(codePoint))
        {
            int index = codePoint - HangulFirst;
            destination[0] = LeadFirst + (index / (VowelCount * TailCount));
            destination[1] = VowelFirst + (index % (VowelCount * TailCount) / TailCount);
            int tail = index % TailCount;
            if (tail == 0)
                return 2;
            destination[2] = TailFirst + tail;
            return 3;
        }
        CharacterFlags flags = Flags(codePoint);
        CodePointMap map;
        if (compatibility && (flags & CharacterFlags.HasCompatibilityDecomposition) != 0)
        {
            map = Compatibility;
        }
        else if ((flags & CharacterFlags.HasCanonicalDecomposition) != 0)
        {
            map = Canonical;
        }
        else
        {
            destination[0] = codePoint;
            return 1;
        }
        ReadOnlySpan<int> run = map[codePoint];
        run.CopyTo(destination);
        return run.Length;
    }

    /// <summary>Whether a code point has no decomposition, is no combining mark and never becomes one with another before it.</summary>
    public static bool IsInert(int codePoint) =>
        !IsHangulSyllable(codePoint) && (Flags(codePoint) & (CharacterFlags.HasCanonicalDecomposition | CharacterFlags.HasCompatibilityDecomposition)) == 0
        && CombiningClass(codePoint) == 0 && !ComposesWithEarlier(codePoint);

    /// <summary>Whether some code point before this one may become one with it.</summary>
    public static bool ComposesWithEarlier(int codePoint) =>
        (uint)(codePoint - VowelFirst) < VowelCount || (uint)(codePoint - TailFirst - 1) < TailCount - 1 || SecondOfComposite.Contains(codePoint);

    /// <summary>The primary composite of two code points, or -1.</summary>
    public static int Compose(int first, int second)
    {
        int lead = first - LeadFirst, vowel = second - VowelFirst;
        if ((uint)lead < LeadCount && (uint)vowel < VowelCount)
            return HangulFirst + (((lead * VowelCount) + vowel) * TailCount);
        if (IsHangulSyllable(first) && (first - HangulFirst) % TailCount == 0 && (uint)(second - TailFirst - 1) < TailCount - 1)
            return first + second - TailFirst;
        return Composites.TryGetValue((first, second), out int composite) ? composite : -1;
    }

    /// <summary>First and last code point of each range with a flag.</summary>
    public static int[] RangesWith(CharacterFlags flag) => Ranges(FlagPages, FlagValues, value => ((CharacterFlags)value & flag) != 0);

    /// <summary>First and last code point of each range of some categories.</summary>
    public static int[] RangesOf(GeneralCategory[] categories) => Ranges(CategoryPages, CategoryValues, value => categories.Contains((GeneralCategory)value));

    /// <summary>First and last code point of each range of a script.</summary>
    public static int[] RangesOfScript(int script) => Ranges(ScriptPages, ScriptValues, value => value == script);

    private static int[] Ranges<T>(ushort[] pages, T[] values, Func<T, bool> isMember)
    {
        const int PageSize = 256;
        bool?[] uniform = new bool?[values.Length / PageSize]; // what all of a page are, when they are the same
        for (int page = 0; page < uniform.Length; page++)
        {
            int members = 0;
            foreach (T value in values.AsSpan(page * PageSize, PageSize))
                members += isMember(value) ? 1 : 0;
            uniform[page] = members == 0 ? false : members == PageSize ? true : null;
        }
        List<int> bounds = [];
        bool inside = false;
        for (int page = 0; page < pages.Length; page++)
        {
            int number = pages[page];
            for (int i = 0; i < PageSize; i++)
            {
                bool member = uniform[number] ?? isMember(values[(number * PageSize) + i]);
                if (member != inside)
                {
                    bounds.Add((page * PageSize) + i - (inside ? 1 : 0));
                    inside = member;
                }
                if (uniform[number] is not null)
                    break;
            }
        }
        if (inside)
            bounds.Add((pages.Length * PageSize) - 1);
        return [.. bounds];
    }

    private static T[] Read<T>(ref ReadOnlySpan<byte> rest)
        where T : unmanaged
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        ReadOnlySpan<T> values = MemoryMarshal.Cast<byte, T>(rest[sizeof(int)..])[..length];
        rest = rest[(sizeof(int) + MemoryMarshal.AsBytes(values).Length)..];
        return values.ToArray();
    }
}

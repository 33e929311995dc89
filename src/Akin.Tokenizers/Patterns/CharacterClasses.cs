using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Patterns;

/// <summary>
/// Sorts all code points into classes whose members no set of a pattern tells apart, so that a look at a character is one table look-up,
/// and a set is a row of flags by class.
/// </summary>
internal sealed class CharacterClasses
{
    public const int Most = 256;
    private const int PageSize = 256;

    private readonly ushort[] pageIndex = new ushort[(CodePointSet.Last + 1) / PageSize];
    private readonly byte[] pages;

    /// <param name="sets">The sets; must not make more than <see cref="Most"/> classes.</param>
    /// <param name="pattern">The pattern, for the error message.</param>
    public CharacterClasses(IReadOnlyList<CodePointSet> sets, string pattern)
    {
        HashSet<int> cuts = [0];
        foreach (CodePointSet set in sets)
        {
            for (int i = 0; i < set.RangeCount; i++)
            {
                cuts.Add(set[i].First);
                if (set[i].Last < CodePointSet.Last)
                    cuts.Add(set[i].Last + 1);
            }
        }
        int[] starts = [.. cuts];
        Array.Sort(starts);
        int[] classes = new int[starts.Length];
        Count = 1;
        foreach (CodePointSet set in sets)
        {
            int[] refined = new int[2 * Count]; // by class before and membership: the class after, counted from 1
            Count = 0;
            for (int i = 0, range = 0; i < starts.Length; i++)
            {
                while (range < set.RangeCount && set[range].Last < starts[i])
                    range++;
                bool member = range < set.RangeCount && set[range].First <= starts[i];
                ref int after = ref refined[(2 * classes[i]) + (member ? 1 : 0)];
                if (after == 0)
                    after = ++Count;
                classes[i] = after - 1;
            }
            if (Count > Most)
                throw new PatternException(pattern, $"its character classes tell more than {Most} kinds of characters apart, which is not supported");
        }
        pages = Fill(starts, classes);
        members = new byte[sets.Count * Most];
        for (int set = 0; set < sets.Count; set++)
        {
            for (int i = 0; i < starts.Length; i++)
                members[(set * Most) + classes[i]] = sets[set].Contains(starts[i]) ? (byte)1 : (byte)0;
        }
    }

    private readonly byte[] members;

    /// <summary>The number of classes.</summary>
    public int Count { get; }

    /// <summary>The class of a code point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Of(int codePoint) => codePoint < PageSize ? pages[codePoint] : pages[(pageIndex[codePoint >> 8] * PageSize) + (codePoint & 0xFF)];

    /// <summary>The class of the code point at a place, and its length in UTF-16 units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int At(ReadOnlySpan<char> text, int index, out int length)
    {
        int unit = text[index];
        length = 1;
        return unit < PageSize ? FirstPage(unit) : AtWide(text, index, ref length);
    }

    /// <summary>The class of a code point of the first page, which every table has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FirstPage(int unit) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(pages), unit);

    private int AtWide(ReadOnlySpan<char> text, int index, ref int length)
    {
        int unit = text[index];
        return char.IsSurrogate((char)unit)
            ? Of(Utf16.CodePointAt(text, index, out length))
            : pages[(pageIndex[unit >> 8] * PageSize) + (unit & 0xFF)];
    }

    /// <summary>Whether the class of a code point belongs to a set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsMember(int set, int characterClass) =>
        Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(members), (set * Most) + characterClass) != 0; // a class is a byte, so this stays in the row of the set

    /// <summary>Goes over code points of a set from a place on, at most so many, and counts them.</summary>
    public int Run(int set, int most, ReadOnlySpan<char> text, ref int position)
    {
        int at = position, count = 0;
        ref byte row = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(members), set * Most);
        while (count < most && at < text.Length)
        {
            int unit = text[at], length = 1;
            int characterClass = unit < PageSize ? FirstPage(unit) : AtWide(text, at, ref length);
            if (Unsafe.Add(ref row, characterClass) == 0)
                break;
            at += length;
            count++;
        }
        position = at;
        return count;
    }

    /// <summary>For each class a 1 if its code points are in a set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Members(int set) => members.AsSpan(set * Most, Most);

    private byte[] Fill(int[] starts, int[] classes)
    {
        List<byte[]> distinct = [];
        Dictionary<int, int> uniform = []; // page of one class only, by class
        Dictionary<string, int> mixed = new(StringComparer.Ordinal);
        int interval = 0;
        for (int page = 0; page < pageIndex.Length; page++)
        {
            int first = page * PageSize;
            while (interval + 1 < starts.Length && starts[interval + 1] <= first)
                interval++;
            bool single = interval + 1 == starts.Length || starts[interval + 1] >= first + PageSize;
            if (single && uniform.TryGetValue(classes[interval], out int number))
            {
                pageIndex[page] = (ushort)number;
                continue;
            }
            byte[] values = new byte[PageSize];
            for (int i = 0, at = interval; i < PageSize; i++)
            {
                while (at + 1 < starts.Length && starts[at + 1] <= first + i)
                    at++;
                values[i] = (byte)classes[at];
            }
            string key = single ? string.Empty : Convert.ToBase64String(values);
            if (single || !mixed.TryGetValue(key, out number))
            {
                number = distinct.Count;
                distinct.Add(values);
                if (single)
                    uniform.Add(values[0], number);
                else
                    mixed.Add(key, number);
            }
            pageIndex[page] = (ushort)number;
        }
        byte[] all = new byte[distinct.Count * PageSize];
        for (int i = 0; i < distinct.Count; i++)
            distinct[i].CopyTo(all, i * PageSize);
        return all;
    }
}

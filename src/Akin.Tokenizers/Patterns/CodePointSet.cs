using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Patterns;

/// <summary>A set of code points as ascending, disjoint ranges that do not touch.</summary>
internal sealed class CodePointSet : IEquatable<CodePointSet>
{
    public const int Last = 0x10FFFF;

    /// <summary>First and last code point of each range, one after the other.</summary>
    private readonly int[] bounds;

    private CodePointSet(int[] bounds) => this.bounds = bounds;

    public static CodePointSet Empty { get; } = new([]);

    public static CodePointSet All { get; } = new([0, Last]);

    public static CodePointSet Of(int codePoint) => new([codePoint, codePoint]);

    public static CodePointSet Range(int first, int last) => new([first, last]);

    /// <summary>A set by its ranges: first and last code point of each, ascending.</summary>
    public static CodePointSet OfRanges(int[] bounds) => new(bounds);

    public int RangeCount => bounds.Length / 2;

    public bool IsEmpty => bounds.Length == 0;

    /// <summary>The only code point of the set, or -1.</summary>
    public int Single => bounds.Length == 2 && bounds[0] == bounds[1] ? bounds[0] : -1;

    public (int First, int Last) this[int range] => (bounds[2 * range], bounds[(2 * range) + 1]);

    public bool Contains(int codePoint)
    {
        int at = Array.BinarySearch(bounds, codePoint);
        return at >= 0 || (~at & 1) == 1; // between the first and the last of a range: an odd number of bounds are smaller
    }

    /// <summary>What is in any of several sets.</summary>
    public static CodePointSet Union(IReadOnlyList<CodePointSet> sets)
    {
        if (sets.Count == 1)
            return sets[0];
        List<(int First, int Last)> ranges = [];
        foreach (CodePointSet set in sets)
        {
            for (int i = 0; i < set.RangeCount; i++)
                ranges.Add(set[i]);
        }
        ranges.Sort();
        List<int> merged = new(2 * ranges.Count);
        foreach ((int first, int last) in ranges)
        {
            if (merged.Count > 0 && first <= merged[^1] + 1)
                merged[^1] = Math.Max(merged[^1], last);
            else
                merged.AddRange([first, last]);
        }
        return new CodePointSet([.. merged]);
    }

    public CodePointSet Union(CodePointSet other) => Union([this, other]);

    /// <summary>All code points that are not in the set.</summary>
    public CodePointSet Complement()
    {
        List<int> others = new(bounds.Length + 2);
        int next = 0;
        for (int i = 0; i < bounds.Length; i += 2)
        {
            if (bounds[i] > next)
                others.AddRange([next, bounds[i] - 1]);
            next = bounds[i + 1] + 1;
        }
        if (next <= Last)
            others.AddRange([next, Last]);
        return new CodePointSet([.. others]);
    }

    public CodePointSet Intersect(CodePointSet other) => Complement().Union(other.Complement()).Complement();

    /// <summary>The set with everything that equals a member when case is ignored.</summary>
    public CodePointSet WithoutCase()
    {
        ReadOnlySpan<int> folded = UnicodeTables.FoldedCodePoints, to = UnicodeTables.FoldedTo;
        HashSet<int> kinds = [];
        for (int i = 0; i < folded.Length; i++)
        {
            if (Contains(folded[i]) || Contains(to[i]))
                kinds.Add(to[i]);
        }
        if (kinds.Count == 0)
            return this;
        SortedSet<int> equal = [.. kinds];
        for (int i = 0; i < folded.Length; i++)
        {
            if (kinds.Contains(to[i]))
                equal.Add(folded[i]);
        }
        return Union(new CodePointSet([.. Touching(equal)]));
    }

    public bool Equals(CodePointSet? other) => other is not null && bounds.AsSpan().SequenceEqual(other.bounds);

    public override bool Equals(object? obj) => Equals(obj as CodePointSet);

    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int bound in bounds)
            hash.Add(bound);
        return hash.ToHashCode();
    }

    /// <summary>Ascending code points as ranges.</summary>
    private static List<int> Touching(SortedSet<int> codePoints)
    {
        List<int> ranges = [];
        foreach (int codePoint in codePoints)
        {
            if (ranges.Count > 0 && ranges[^1] == codePoint - 1)
                ranges[^1] = codePoint;
            else
                ranges.AddRange([codePoint, codePoint]);
        }
        return ranges;
    }
}

using System.Text;

namespace Akin.Search.Ranking;

/// <summary>How many characters must be inserted, deleted or replaced to make one text of another (Levenshtein 1966).</summary>
public static class EditDistance
{
    /// <summary>The distance between two texts, in code points.</summary>
    /// <param name="first">One text.</param>
    /// <param name="second">The other.</param>
    public static int Between(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return Between(Runes(first), Runes(second));
    }

    private static int Between(ReadOnlySpan<Rune> first, ReadOnlySpan<Rune> second)
    {
        // What both begin and end with costs nothing.
        int start = first.CommonPrefixLength(second);
        first = first[start..];
        second = second[start..];
        while (!first.IsEmpty && !second.IsEmpty && first[^1] == second[^1])
        {
            first = first[..^1];
            second = second[..^1];
        }

        // costs[j]: the distance from the part of the first read so far to the first j of the second.
        int[] costs = [.. Enumerable.Range(0, second.Length + 1)];
        for (int i = 0; i < first.Length; i++)
        {
            int diagonal = costs[0]++;
            for (int j = 0; j < second.Length; j++)
            {
                int replaced = diagonal + (first[i] == second[j] ? 0 : 1);
                diagonal = costs[j + 1];
                costs[j + 1] = Math.Min(replaced, Math.Min(costs[j], diagonal) + 1);
            }
        }

        return costs[^1];
    }

    private static Rune[] Runes(string text) => [.. text.EnumerateRunes()];
}

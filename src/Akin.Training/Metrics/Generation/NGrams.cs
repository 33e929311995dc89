namespace Akin.Training.Metrics.Generation;

/// <summary>Counts runs of words or characters.</summary>
internal static class NGrams
{
    // The unit separator: no word contains it, so joined runs of words cannot be mistaken for one another.
    private const char Separator = '\x1f';

    /// <summary>How often each run of <paramref name="order"/> words occurs.</summary>
    public static Dictionary<string, int> OfWords(IReadOnlyList<string> words, int order)
    {
        Dictionary<string, int> counts = [];
        for (int i = 0; i + order <= words.Count; i++)
        {
            Add(counts, string.Join(Separator, words.Skip(i).Take(order)));
        }

        return counts;
    }

    /// <summary>How often each run of <paramref name="order"/> code points occurs.</summary>
    public static Dictionary<string, int> OfCharacters(string text, int order)
    {
        List<int> starts = [];
        for (int i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
        {
            starts.Add(i);
        }

        starts.Add(text.Length);
        Dictionary<string, int> counts = [];
        for (int i = 0; i + order < starts.Count; i++)
        {
            Add(counts, text[starts[i]..starts[i + order]]);
        }

        return counts;
    }

    /// <summary>How many runs two counts share.</summary>
    public static int Shared(Dictionary<string, int> first, Dictionary<string, int> second) =>
        first.Sum(count => Math.Min(count.Value, second.GetValueOrDefault(count.Key)));

    private static void Add(Dictionary<string, int> counts, string run) => counts[run] = counts.GetValueOrDefault(run) + 1;
}

using System.Text.RegularExpressions;

namespace Akin.Training.Metrics.Generation;

/// <summary>
/// ROUGE (Lin 2004) with the numbers of rouge-score 0.1.2. Words are what stands between characters outside a–z and 0–9, in lower case, as that package has it:
/// <b>Korean and Chinese texts therefore score 0</b> unless they are given word by word, with a <c>words</c> function of your own.
/// </summary>
public static partial class Rouge
{
    /// <summary>Scores one text.</summary>
    /// <param name="text">The generated text.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="stem">Whether words longer than three letters are cut to their stems.</param>
    /// <param name="words">Cuts a line into words; rouge-score's own rule when null.</param>
    public static RougeScores Sentence(string text, string reference, bool stem = false, Func<string, IReadOnlyList<string>>? words = null)
    {
        Func<string, IReadOnlyList<string>> cut = words ?? (line => LatinWords(line, stem));
        IReadOnlyList<string> predicted = cut(text);
        IReadOnlyList<string> expected = cut(reference);
        return new RougeScores(
            OfRuns(predicted, expected, 1),
            OfRuns(predicted, expected, 2),
            OfRuns(predicted, expected, 3),
            PrecisionRecallF1.FromCounts(CommonWords(expected, predicted).Count, predicted.Count, expected.Count),
            OfLines([.. Lines(text).Select(cut)], [.. Lines(reference).Select(cut)]));
    }

    /// <summary>The mean of the scores of many texts.</summary>
    /// <param name="texts">The generated texts.</param>
    /// <param name="references">The reference of each.</param>
    /// <param name="stem">Whether words longer than three letters are cut to their stems.</param>
    /// <param name="words">Cuts a line into words; rouge-score's own rule when null.</param>
    /// <exception cref="ArgumentException">The numbers differ, or there are no texts.</exception>
    public static RougeScores Corpus(IReadOnlyList<string> texts, IReadOnlyList<string> references, bool stem = false, Func<string, IReadOnlyList<string>>? words = null)
    {
        Pairs.Check(references.Count, texts.Count, "texts");
        RougeScores[] all = [.. texts.Zip(references, (text, reference) => Sentence(text, reference, stem, words))];
        return new RougeScores(
            PrecisionRecallF1.Mean([.. all.Select(s => s.Rouge1)]),
            PrecisionRecallF1.Mean([.. all.Select(s => s.Rouge2)]),
            PrecisionRecallF1.Mean([.. all.Select(s => s.Rouge3)]),
            PrecisionRecallF1.Mean([.. all.Select(s => s.RougeL)]),
            PrecisionRecallF1.Mean([.. all.Select(s => s.RougeLsum)]));
    }

    private static string[] LatinWords(string line, bool stem) =>
    [
        .. Foreign().Replace(line.ToLowerInvariant(), " ").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => stem && word.Length > 3 ? PorterStemmer.Stem(word) : word),
    ];

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static PrecisionRecallF1 OfRuns(IReadOnlyList<string> predicted, IReadOnlyList<string> expected, int order) => PrecisionRecallF1.FromCounts(
        NGrams.Shared(NGrams.OfWords(predicted, order), NGrams.OfWords(expected, order)),
        Math.Max(0, predicted.Count - order + 1),
        Math.Max(0, expected.Count - order + 1));

    // For each reference line, the words that are in the longest common subsequence with any predicted line; each word of either side counts once.
    private static PrecisionRecallF1 OfLines(IReadOnlyList<string>[] predicted, IReadOnlyList<string>[] expected)
    {
        Dictionary<string, int> openPredicted = NGrams.OfWords([.. predicted.SelectMany(line => line)], 1);
        Dictionary<string, int> openExpected = NGrams.OfWords([.. expected.SelectMany(line => line)], 1);
        int hits = 0;
        foreach (IReadOnlyList<string> line in expected)
        {
            SortedSet<int> common = [.. predicted.SelectMany(other => CommonWords(line, other))];
            foreach (string word in common.Select(place => line[place]))
            {
                if (openPredicted.GetValueOrDefault(word) > 0 && openExpected[word] > 0)
                {
                    openPredicted[word]--;
                    openExpected[word]--;
                    hits++;
                }
            }
        }

        return PrecisionRecallF1.FromCounts(hits, predicted.Sum(line => line.Count), expected.Sum(line => line.Count));
    }

    // The places in the first list of a longest common subsequence; of several, the one that rouge-score's walk back through the table finds.
    private static List<int> CommonWords(IReadOnlyList<string> first, IReadOnlyList<string> second)
    {
        int[,] longest = new int[first.Count + 1, second.Count + 1];
        for (int i = 1; i <= first.Count; i++)
        {
            for (int j = 1; j <= second.Count; j++)
            {
                longest[i, j] = first[i - 1] == second[j - 1] ? longest[i - 1, j - 1] + 1 : Math.Max(longest[i - 1, j], longest[i, j - 1]);
            }
        }

        List<int> places = [];
        for (int i = first.Count, j = second.Count; i > 0 && j > 0;)
        {
            if (first[i - 1] == second[j - 1])
            {
                places.Add(i - 1);
                i--;
                j--;
            }
            else if (longest[i, j - 1] > longest[i - 1, j])
            {
                j--;
            }
            else
            {
                i--;
            }
        }

        return places;
    }

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Foreign();
}

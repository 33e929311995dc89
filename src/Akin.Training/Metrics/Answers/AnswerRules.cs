using System.Text.RegularExpressions;

namespace Akin.Training.Metrics.Answers;

/// <summary>How a predicted answer is compared with the right ones. Immutable.</summary>
public sealed partial class AnswerRules
{
    private readonly Func<string, string> _normalize;
    private readonly Func<string, string[]> _units;
    private readonly Func<string[], string[], int> _countShared;

    private AnswerRules(Func<string, string> normalize, Func<string, string[]> units, Func<string[], string[], int> countShared)
    {
        _normalize = normalize;
        _units = units;
        _countShared = countShared;
    }

    /// <summary>
    /// The rules of SQuAD 1.1 and 2.0: lower case, without ASCII punctuation and the articles a, an, the; F1 over words.
    /// (Rajpurkar et al. 2016; as in transformers 4.30 <c>squad_metrics</c>.)
    /// </summary>
    public static AnswerRules Squad { get; } = new(text => string.Join(' ', SquadWords(text)), SquadWords, CountEqual);

    /// <summary>
    /// The rules of KorQuAD 1.0: brackets and quotes become spaces, punctuation goes, lower case; exact match over words, F1 over characters
    /// (so particles and spacing cost little).
    /// </summary>
    public static AnswerRules KorQuad { get; } = new(
        text => string.Join(' ', KorQuadWords(text)),
        text => [.. string.Concat(KorQuadWords(text)).EnumerateRunes().Select(rune => rune.ToString())],
        CountEqual);

    /// <summary>
    /// The rules of CMRC 2018: lower case, without signs; exact match of the text that is left; F1 over Chinese characters and other words, of which only
    /// the longest common run counts as shared. (Cui et al. 2019; ymcui/cmrc2018 <c>cmrc2018_evaluate.py</c>, v5.)
    /// </summary>
    public static AnswerRules Cmrc { get; } = new(MixedSegments.WithoutPunctuation, MixedSegments.Of, MixedSegments.LongestCommonRun);

    /// <summary>The part of an answer that counts.</summary>
    public string Normalize(string text) => _normalize(text);

    /// <summary>Whether two answers are the same but for what does not count.</summary>
    public bool IsExact(string predicted, string expected) => _normalize(predicted) == _normalize(expected);

    /// <summary>The F1 of the shared words (or characters), 0 … 1; two answers without any are equal.</summary>
    public double F1(string predicted, string expected)
    {
        string[] predictedUnits = _units(predicted);
        string[] expectedUnits = _units(expected);
        return predictedUnits.Length == 0 || expectedUnits.Length == 0
            ? predictedUnits.Length == expectedUnits.Length ? 1 : 0
            : PrecisionRecallF1.FromCounts(_countShared(predictedUnits, expectedUnits), predictedUnits.Length, expectedUnits.Length).F1;
    }

    private static int CountEqual(string[] predicted, string[] expected)
    {
        Dictionary<string, int> open = [];
        foreach (string unit in expected)
        {
            open[unit] = open.GetValueOrDefault(unit) + 1;
        }

        int shared = 0;
        foreach (string unit in predicted)
        {
            int left = open.GetValueOrDefault(unit);
            if (left > 0)
            {
                open[unit] = left - 1;
                shared++;
            }
        }

        return shared;
    }

    private static string[] SquadWords(string text) => PythonText.Split(Articles().Replace(WithoutPunctuation(text.ToLowerInvariant()), " "));

    private static string[] KorQuadWords(string text) => PythonText.Split(WithoutPunctuation(Brackets().Replace(text, " ").ToLowerInvariant()));

    private static string WithoutPunctuation(string text) => string.Concat(text.Where(c => !PythonText.Punctuation.Contains(c, StringComparison.Ordinal)));

    [GeneratedRegex(@"\b(a|an|the)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Articles();

    [GeneratedRegex("['\"《》<>〈〉()‘’]", RegexOptions.CultureInvariant)]
    private static partial Regex Brackets();
}

using System.Text.RegularExpressions;

namespace Akin.Training.Metrics.Answers;

/// <summary>How a predicted answer is compared with the right ones. Immutable.</summary>
public sealed partial class AnswerRules
{
    private readonly Func<string, string[]> _words;
    private readonly bool _byCharacter;

    private AnswerRules(Func<string, string[]> words, bool byCharacter)
    {
        _words = words;
        _byCharacter = byCharacter;
    }

    /// <summary>
    /// The rules of SQuAD 1.1 and 2.0: lower case, without ASCII punctuation and the articles a, an, the; F1 over words.
    /// (Rajpurkar et al. 2016; as in transformers 4.30 <c>squad_metrics</c>.)
    /// </summary>
    public static AnswerRules Squad { get; } = new(
        text => PythonText.Split(Articles().Replace(WithoutPunctuation(text.ToLowerInvariant()), " ")), byCharacter: false);

    /// <summary>
    /// The rules of KorQuAD 1.0: brackets and quotes become spaces, punctuation goes, lower case; exact match over words, F1 over characters
    /// (so particles and spacing cost little).
    /// </summary>
    public static AnswerRules KorQuad { get; } = new(
        text => PythonText.Split(WithoutPunctuation(Brackets().Replace(text, " ").ToLowerInvariant())), byCharacter: true);

    /// <summary>The words of an answer that count.</summary>
    public string Normalize(string text) => string.Join(' ', _words(text));

    /// <summary>Whether two answers are the same words.</summary>
    public bool IsExact(string predicted, string expected) => _words(predicted).AsSpan().SequenceEqual(_words(expected));

    /// <summary>The F1 of the shared words (or characters), 0 … 1; two answers without any are equal.</summary>
    public double F1(string predicted, string expected)
    {
        string[] predictedUnits = Units(predicted);
        string[] expectedUnits = Units(expected);
        if (predictedUnits.Length == 0 || expectedUnits.Length == 0)
        {
            return predictedUnits.Length == expectedUnits.Length ? 1 : 0;
        }

        Dictionary<string, int> open = [];
        foreach (string unit in expectedUnits)
        {
            open[unit] = open.GetValueOrDefault(unit) + 1;
        }

        int shared = 0;
        foreach (string unit in predictedUnits)
        {
            int left = open.GetValueOrDefault(unit);
            if (left > 0)
            {
                open[unit] = left - 1;
                shared++;
            }
        }

        return PrecisionRecallF1.FromCounts(shared, predictedUnits.Length, expectedUnits.Length).F1;
    }

    private string[] Units(string text) => _byCharacter ? [.. string.Concat(_words(text)).EnumerateRunes().Select(rune => rune.ToString())] : _words(text);

    private static string WithoutPunctuation(string text) => string.Concat(text.Where(c => !PythonText.Punctuation.Contains(c, StringComparison.Ordinal)));

    [GeneratedRegex(@"\b(a|an|the)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Articles();

    [GeneratedRegex("['\"《》<>〈〉()‘’]", RegexOptions.CultureInvariant)]
    private static partial Regex Brackets();
}

using System.Text;
using System.Text.RegularExpressions;

namespace Akin.Training.Metrics.Answers;

/// <summary>
/// The units that CMRC 2018 compares answers by: every Chinese character is one, and what stands between them is cut into words as the Penn Treebank does
/// (Cui et al. 2019; ymcui/cmrc2018 <c>cmrc2018_evaluate.py</c> with NLTK's <c>word_tokenize</c>).
/// </summary>
internal static partial class MixedSegments
{
    /// <summary>Signs that are dropped: the dots of an ellipsis are not among them.</summary>
    private const string Punctuation = "-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』";

    /// <summary>The text without signs and outer spaces, in lower case.</summary>
    public static string WithoutPunctuation(string text) =>
        string.Concat(text.ToLowerInvariant().Trim().Where(sign => !Punctuation.Contains(sign, StringComparison.Ordinal)));

    /// <summary>The units of an answer.</summary>
    public static string[] Of(string text)
    {
        List<string> units = [];
        StringBuilder words = new();
        foreach (char sign in WithoutPunctuation(text))
        {
            if (sign is >= '\u4e00' and <= '\u9fa5')
            {
                AddWords();
                units.Add(sign.ToString());
            }
            else
            {
                words.Append(sign);
            }
        }

        AddWords();
        return [.. units];

        void AddWords()
        {
            units.AddRange(Words(words.ToString()));
            words.Clear();
        }
    }

    /// <summary>How many units two answers have in common in one piece.</summary>
    public static int LongestCommonRun(string[] first, string[] second)
    {
        int longest = 0;
        int[] runs = new int[second.Length + 1]; // runs[j + 1]: how long the common run is that ends at the current unit and at second[j]
        foreach (string unit in first)
        {
            for (int j = second.Length - 1; j >= 0; j--)
            {
                runs[j + 1] = unit == second[j] ? runs[j] + 1 : 0;
                longest = Math.Max(longest, runs[j + 1]);
            }
        }

        return longest;
    }

    /// <summary>Sets what is a word of its own apart, and splits at spaces.</summary>
    private static string[] Words(string text)
    {
        text = OpeningQuotes().Replace(text, " `` ").Replace("\"", " '' ", StringComparison.Ordinal);
        text = Signs().Replace(text, " $0 ");
        text = Clitics().Replace(text, " $0");
        return PythonText.Split(Halves().Replace(text, "$0 "));
    }

    [GeneratedRegex("""(?<=^|[ (\[{<])"|''(?<=[ (\[{<]'')""", RegexOptions.CultureInvariant)]
    private static partial Regex OpeningQuotes();

    // A comma in a number stays, and so does a full stop that is not the last sign.
    [GeneratedRegex("""\.{2,}|[;@#$%&?!*\[\](){}<>«‘„»]|,(?!\d)|(?<!\.)\.(?=[\])}>"'»\s]*$)""", RegexOptions.CultureInvariant)]
    private static partial Regex Signs();

    [GeneratedRegex(@"(?<=[^'\s])('([smd]|ll|re|ve)?|n't)(?=\s|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Clitics();

    [GeneratedRegex(@"\b(can(?=not\b)|gim(?=me\b)|gon(?=na\b)|got(?=ta\b)|lem(?=me\b))", RegexOptions.CultureInvariant)]
    private static partial Regex Halves();
}

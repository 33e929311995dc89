using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Akin.Training.Metrics.Generation;

/// <summary>The tokenizers of sacreBLEU 2.6.</summary>
internal static partial class BleuWords
{
    // The blocks that sacreBLEU counts as Chinese. Two entries look odd: it writes U+20000 and U+2F800 with four digits, and so compares
    // with U+2000 and U+2F80; the ranges below are what its comparison amounts to, and scores must equal its scores.
    private static readonly (int First, int Last)[] ChineseBlocks =
    [
        (0x3400, 0x4db5), (0x4e00, 0x9fa5), (0x9fa6, 0x9fbb), (0xf900, 0xfa2d), (0xfa30, 0xfa6a), (0xfa70, 0xfad9), (0x2001, 0x2a6d), (0x2f81, 0x2fa1),
        (0xff00, 0xffef), (0x2e80, 0x2eff), (0x3000, 0x303f), (0x31c0, 0x31ef), (0x2f00, 0x2fdf), (0x2ff0, 0x2fff), (0x3100, 0x312f), (0x31a0, 0x31bf),
        (0xfe10, 0xfe1f), (0xfe30, 0xfe4f), (0x2600, 0x26ff), (0x2700, 0x27bf), (0x3200, 0x32ff), (0x3300, 0x33ff),
    ];

    public static string[] Split(string text, BleuTokenizer tokenizer) => PythonText.Split(tokenizer switch
    {
        BleuTokenizer.Mteval13a => Mteval13a(text),
        BleuTokenizer.International => International(text),
        BleuTokenizer.Chinese => Chinese(text),
        BleuTokenizer.Characters => string.Join(' ', text.EnumerateRunes()),
        BleuTokenizer.None => text,
        _ => throw new ArgumentOutOfRangeException(nameof(tokenizer), tokenizer, "Unknown BLEU tokenizer."),
    });

    private static string Mteval13a(string text)
    {
        text = text.TrimEnd().Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
        return Western($" {text} ");
    }

    private static string Chinese(string text)
    {
        StringBuilder apart = new();
        foreach (Rune rune in text.Trim().EnumerateRunes())
        {
            bool chinese = Array.Exists(ChineseBlocks, block => rune.Value >= block.First && rune.Value <= block.Last);
            apart.Append(chinese ? $" {rune} " : rune.ToString());
        }

        return Western(apart.ToString());
    }

    private static string Western(string text)
    {
        text = Signs().Replace(text, " $1 ");
        text = PointAfterLetter().Replace(text, "$1 $2 ");
        text = PointBeforeLetter().Replace(text, " $1 $2");
        return DashAfterDigit().Replace(text, "$1 $2 ");
    }

    // Each rule looks at code points (an emoji is one symbol), and what a match took is not looked at again.
    private static string International(string text)
    {
        List<Rune> runes = [.. text.TrimEnd().EnumerateRunes()];
        runes = Separate(runes, (first, second) => !IsNumber(first) && Rune.IsPunctuation(second), spaceBefore: false);
        runes = Separate(runes, (first, second) => Rune.IsPunctuation(first) && !IsNumber(second), spaceBefore: true);
        return string.Concat(runes.Select(rune => Rune.IsSymbol(rune) ? $" {rune} " : rune.ToString()));
    }

    private static List<Rune> Separate(List<Rune> runes, Func<Rune, Rune, bool> isMatch, bool spaceBefore)
    {
        Rune space = new(' ');
        List<Rune> apart = [];
        for (int i = 0; i < runes.Count; i++)
        {
            if (i + 1 < runes.Count && isMatch(runes[i], runes[i + 1]))
            {
                apart.AddRange(spaceBefore ? [space, runes[i], space, runes[i + 1]] : [runes[i], space, runes[i + 1], space]);
                i++;
            }
            else
            {
                apart.Add(runes[i]);
            }
        }

        return apart;
    }

    private static bool IsNumber(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    [GeneratedRegex(@"([\{-\~\[-\` -\&\(-\+\:-\@\/])", RegexOptions.CultureInvariant)]
    private static partial Regex Signs();

    [GeneratedRegex("([^0-9])([.,])", RegexOptions.CultureInvariant)]
    private static partial Regex PointAfterLetter();

    [GeneratedRegex("([.,])([^0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex PointBeforeLetter();

    [GeneratedRegex("([0-9])(-)", RegexOptions.CultureInvariant)]
    private static partial Regex DashAfterDigit();
}

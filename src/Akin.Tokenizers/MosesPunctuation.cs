using System.Text.RegularExpressions;

namespace Akin.Tokenizers;

/// <summary>
/// Brings punctuation to the form that translation models are often trained on: the rules of Moses (<c>normalize-punctuation.perl</c>) as sacremoses 0.2
/// has them. Marian's tokenizer in Python loads it but never uses it when encoding, and so does Akin: call it on texts of a model that was trained so.
/// </summary>
public static class MosesPunctuation
{
    private const string Space = "\u00A0"; // does not break a line

    private static readonly Rules English = new(new Rule(@"""([,.]+)", "$1\""));
    private static readonly Rules GermanAndRomance = new(new(",\"", "\","), new(@"(\.+)""(\s*[^<])", "\"$1$2"));
    private static readonly Rules Other = new();

    private static readonly Rules Begin = new(
        new("\r", ""), new(@"\(", " ("), new(@"\)", ") "), new(" +", " "), new(@"\) ([.!:?;,])", ")$1"), new(@"\( ", "("), new(@" \)", ")"), new(@"(\d) %", "$1%"),
        new(" :", ":"), new(" ;", ";"),
        // Quotation marks as LaTeX writes them.
        new("`", "'"), new("''", " \" "),
        new("[„“”]", "\""), new("–", "-"), new("—", " - "), new(" +", " "), new("´", "'"), new("([a-zA-Z])[‘’]([a-zA-Z])", "$1'$2"), new("[‘‚’]", "'"), new("''", "\""), new("…", "..."),
        // French quotation marks with their spaces.
        new($"{Space}«{Space}|«{Space}|«", "\""), new($"{Space}»{Space}|{Space}»|»", "\""),
        new($"{Space}%", "%"), new($"nº{Space}", "nº "), new($"{Space}:", ":"), new($"{Space}ºC", " ºC"), new($"{Space}cm", " cm"), new($@"{Space}([?!])", "$1"), new($"{Space};", ";"),
        new($",{Space}", ", "), new(" +", " "));

    /// <summary>Normalizes the punctuation of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="language">Its language, two letters such as <c>en</c>: languages differ in where a comma stands beside a quotation mark, and in numbers.</param>
    public static string Normalize(string text, string language)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(language);
        Rules quotations = language switch
        {
            "en" => English,
            "de" or "es" or "fr" => GermanAndRomance,
            _ => Other,
        };
        text = quotations.Apply(Begin.Apply(text));
        string separator = language is "de" or "es" or "cz" or "cs" or "fr" ? "," : ".";
        return Regex.Replace(text, $@"(\d){Space}(\d)", $"$1{separator}$2", RegexOptions.CultureInvariant).Trim();
    }

    private readonly record struct Rule(string Pattern, string Replacement);

    /// <summary>Rules that apply one after the other.</summary>
    private sealed class Rules(params Rule[] rules)
    {
        private readonly (Regex Pattern, string Replacement)[] compiled =
            [.. rules.Select(static rule => (new Regex(rule.Pattern, RegexOptions.CultureInvariant), rule.Replacement))];

        public string Apply(string text)
        {
            foreach ((Regex pattern, string replacement) in compiled)
                text = pattern.Replace(text, replacement);
            return text;
        }
    }
}

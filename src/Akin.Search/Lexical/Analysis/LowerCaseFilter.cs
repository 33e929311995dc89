using System.Text;

namespace Akin.Search.Lexical.Analysis;

/// <summary>Lower case, code point by code point (Unicode's simple mapping, as Java's: <c>İ</c> becomes a plain <c>i</c>).</summary>
public static class LowerCaseFilter
{
    // .NET's invariant mapping leaves it as it is.
    private const char CapitalDottedI = '\u0130';

    /// <summary>The tokens in lower case.</summary>
    /// <param name="tokens">The tokens.</param>
    public static IEnumerable<TextToken> LowerCased(this IEnumerable<TextToken> tokens) => tokens.Select(token => token with { Term = Lower(token.Term) });

    private static string Lower(string term)
    {
        int at = 0;
        while (at < term.Length && (char.IsAsciiLetterLower(term[at]) || char.IsAsciiDigit(term[at])))
        {
            at++;
        }

        if (at == term.Length)
        {
            return term;
        }

        StringBuilder lower = new(term.Length);
        foreach (Rune rune in term.EnumerateRunes())
        {
            lower.Append(rune.Value == CapitalDottedI ? new Rune('i') : Rune.ToLowerInvariant(rune));
        }

        return lower.ToString();
    }
}

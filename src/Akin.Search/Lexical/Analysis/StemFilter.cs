namespace Akin.Search.Lexical.Analysis;

/// <summary>Brings the forms of a word together by cutting their endings.</summary>
public static class StemFilter
{
    /// <summary>The tokens with stems by Porter's original algorithm of 1980.</summary>
    /// <param name="tokens">The tokens, in lower case.</param>
    public static IEnumerable<TextToken> StemmedByPorter(this IEnumerable<TextToken> tokens) =>
        tokens.Select(token => token with { Term = PorterStemmer.Stem(token.Term) });

    /// <summary>The tokens with stems by Porter2, the English stemmer of Snowball.</summary>
    /// <param name="tokens">The tokens, in lower case.</param>
    public static IEnumerable<TextToken> StemmedByPorter2(this IEnumerable<TextToken> tokens) =>
        tokens.Select(token => token with { Term = Porter2Stemmer.Stem(token.Term) });
}

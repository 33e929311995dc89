namespace Akin.Search.Lexical.Analysis;

/// <summary>Takes the English possessive off words: <c>'s</c> with a straight, a curly or a full-width apostrophe.</summary>
public static class PossessiveFilter
{
    /// <summary>The tokens without possessives; their places stay those of the whole words.</summary>
    /// <param name="tokens">The tokens.</param>
    public static IEnumerable<TextToken> WithoutPossessive(this IEnumerable<TextToken> tokens) =>
        tokens.Select(token => token.Term is [.., '\'' or '\u2019' or '\uFF07', 's' or 'S'] ? token with { Term = token.Term[..^2] } : token);
}

using System.Text;

namespace Akin.Search.Lexical.Analysis;

/// <summary>
/// For texts in any mix of languages: each run of letters is cut as its script needs. Korean words lose their particles (<see cref="KoreanAnalyzer"/>), Chinese and
/// Japanese become characters and pairs of them, other words lower case, stemmed by the English rules of Porter2 where they are written in a to z.
/// </summary>
/// <remarks>There are no stop words: what is one in English is a word elsewhere, and BM25 gives little weight to words that are everywhere.</remarks>
public sealed class MultilingualAnalyzer : ITextAnalyzer
{
    /// <inheritdoc/>
    public IEnumerable<TextToken> Analyze(string text) =>
        StandardTokenizer.Tokenize(text).WithoutPossessive().WithOneWidth().LowerCased().Select(Stemmed).InKoreanStems().InCharactersAndPairs(boundaries: "");

    private static TextToken Stemmed(TextToken token) =>
        token.Type == TokenType.Word && Ascii.IsValid(token.Term) ? token with { Term = Porter2Stemmer.Stem(token.Term) } : token;
}

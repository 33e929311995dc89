namespace Akin.Search.Lexical.Analysis;

/// <summary>Chinese, Japanese and Korean in pairs of characters, other words in lower case without stop words: token by token what Lucene's CJKAnalyzer gives.</summary>
public sealed class CjkAnalyzer : ITextAnalyzer
{
    /// <inheritdoc/>
    public IEnumerable<TextToken> Analyze(string text) =>
        StandardTokenizer.Tokenize(text).WithOneWidth().LowerCased().InPairs().Without(StopWordFilter.Cjk);
}

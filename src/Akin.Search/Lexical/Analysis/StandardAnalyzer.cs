namespace Akin.Search.Lexical.Analysis;

/// <summary>The words of any language in lower case, by Unicode's word boundaries (Lucene's StandardAnalyzer).</summary>
public sealed class StandardAnalyzer : ITextAnalyzer
{
    /// <inheritdoc/>
    public IEnumerable<TextToken> Analyze(string text) => StandardTokenizer.Tokenize(text).LowerCased();
}

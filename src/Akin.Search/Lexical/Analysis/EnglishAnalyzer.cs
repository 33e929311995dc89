namespace Akin.Search.Lexical.Analysis;

/// <summary>English words without possessives and stop words, stemmed by Porter's original algorithm: token by token what Lucene's EnglishAnalyzer gives.</summary>
public sealed class EnglishAnalyzer : ITextAnalyzer
{
    /// <inheritdoc/>
    public IEnumerable<TextToken> Analyze(string text) =>
        StandardTokenizer.Tokenize(text).WithoutPossessive().LowerCased().Without(StopWordFilter.English).StemmedByPorter();
}

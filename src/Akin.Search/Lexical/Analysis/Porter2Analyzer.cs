namespace Akin.Search.Lexical.Analysis;

/// <summary>English words without possessives and stop words, stemmed by Porter2 (Snowball), which spoils fewer words than <see cref="EnglishAnalyzer"/>'s stemmer.</summary>
public sealed class Porter2Analyzer : ITextAnalyzer
{
    /// <inheritdoc/>
    public IEnumerable<TextToken> Analyze(string text) =>
        StandardTokenizer.Tokenize(text).WithoutPossessive().LowerCased().Without(StopWordFilter.English).StemmedByPorter2();
}

namespace Akin.Search.Lexical.Analysis;

/// <summary>
/// Korean without a dictionary: the particle is taken off a word and the rest cut into pairs of syllables, so that compounds are found by their parts; beside them
/// stands the stem, without verb endings either, so that whole words count more. Other words are in lower case; Chinese characters become pairs.
/// </summary>
public sealed class KoreanAnalyzer : ITextAnalyzer
{
    /// <inheritdoc/>
    public IEnumerable<TextToken> Analyze(string text) => StandardTokenizer.Tokenize(text).WithOneWidth().LowerCased().InKoreanStems().InPairs();
}

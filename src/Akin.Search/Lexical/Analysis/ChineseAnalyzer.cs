using System.Collections.Frozen;

namespace Akin.Search.Lexical.Analysis;

/// <summary>
/// Chinese without a dictionary: runs of characters are cut at the grammatical ones (的, 是, 在 …), which are left out, and what is between them becomes characters
/// and pairs of neighbours. Other words are in lower case without English stop words.
/// </summary>
public sealed class ChineseAnalyzer : ITextAnalyzer
{
    // Particles, prepositions, conjunctions and the copula, in both ways of writing.
    private const string Grammatical = "的了是在和与與也就都而及着著或被把将將从從对對于於其之以为為所吗嗎呢吧啊么麼";

    private static readonly FrozenSet<string> StopWords = Grammatical.Select(character => character.ToString()).Concat(StopWordFilter.Cjk).ToFrozenSet(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<TextToken> Analyze(string text) =>
        StandardTokenizer.Tokenize(text).WithOneWidth().LowerCased().InCharactersAndPairs(Grammatical).Without(StopWords);
}

using System.Collections.Frozen;

namespace Akin.Search.Lexical.Analysis;

/// <summary>Leaves out words that say nothing about a text. The words behind them keep their distance: the position increment grows.</summary>
public static class StopWordFilter
{
    /// <summary>The 33 words that Lucene's EnglishAnalyzer leaves out.</summary>
    public static readonly FrozenSet<string> English = Words(
        "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with");

    /// <summary>What Lucene's CJKAnalyzer leaves out: English words, and what is left of abbreviations and addresses.</summary>
    public static readonly FrozenSet<string> Cjk = Words(
        "a and are as at be but by for if in into is it no not of on or s such t that the their then there these they this to was will with www");

    /// <summary>The tokens that are no stop words.</summary>
    /// <param name="tokens">The tokens, in lower case.</param>
    /// <param name="stopWords">What to leave out.</param>
    public static IEnumerable<TextToken> Without(this IEnumerable<TextToken> tokens, FrozenSet<string> stopWords)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(stopWords);
        return Kept();

        IEnumerable<TextToken> Kept()
        {
            int skipped = 0;
            foreach (TextToken token in tokens)
            {
                if (stopWords.Contains(token.Term))
                {
                    skipped += token.PositionIncrement;
                }
                else
                {
                    yield return token with { PositionIncrement = token.PositionIncrement + skipped };
                    skipped = 0;
                }
            }
        }
    }

    private static FrozenSet<string> Words(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}

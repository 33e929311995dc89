namespace Akin.Search.Lexical.Analysis;

/// <summary>
/// Cuts runs of Chinese, Japanese and Korean into pairs of neighbouring characters, as Lucene's CJKBigramFilter does: the words of these scripts cannot be told
/// apart without a dictionary, but a pair is found wherever it stands. A character alone stays by itself.
/// </summary>
public static class CjkPairFilter
{
    /// <summary>The tokens with runs cut into pairs; other tokens stay as they are.</summary>
    /// <param name="tokens">The tokens, as <see cref="StandardTokenizer"/> tells their types.</param>
    public static IEnumerable<TextToken> InPairs(this IEnumerable<TextToken> tokens) => tokens.CutRuns(Pairs);

    private static IEnumerable<TextToken> Pairs(IReadOnlyList<RunCharacter> run) =>
        run.Count == 1 ? [run[0].AsToken()] : run.Skip(1).Select((next, before) => run[before].PairWith(next));
}

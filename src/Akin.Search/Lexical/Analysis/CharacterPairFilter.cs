namespace Akin.Search.Lexical.Analysis;

/// <summary>
/// Cuts runs of Chinese and Japanese into their characters, and gives at the position of each the pair that it begins as well: pairs tell words apart, characters
/// find what is cut otherwise in the question.
/// </summary>
public static class CharacterPairFilter
{
    /// <summary>The tokens with runs cut into characters and pairs; other tokens stay as they are.</summary>
    /// <param name="tokens">The tokens, as <see cref="StandardTokenizer"/> tells their types.</param>
    /// <param name="boundaries">Characters that are no part of a word: they begin and end no pair.</param>
    public static IEnumerable<TextToken> InCharactersAndPairs(this IEnumerable<TextToken> tokens, string boundaries)
    {
        ArgumentNullException.ThrowIfNull(boundaries);
        return tokens.CutRuns(Cut);

        IEnumerable<TextToken> Cut(IReadOnlyList<RunCharacter> run)
        {
            for (int i = 0; i < run.Count; i++)
            {
                yield return run[i].AsToken();
                if (i + 1 < run.Count && !IsBoundary(run[i]) && !IsBoundary(run[i + 1]))
                {
                    yield return run[i].PairWith(run[i + 1]) with { PositionIncrement = 0 };
                }
            }
        }

        bool IsBoundary(RunCharacter character) => character.Rune.IsBmp && boundaries.Contains((char)character.Rune.Value);
    }
}

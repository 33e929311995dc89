using System.Text;

namespace Akin.Search.Lexical.Analysis;

/// <summary>Finds the runs of Chinese, Japanese and Korean characters that stand side by side, and hands each to whoever cuts them.</summary>
internal static class CharacterRuns
{
    /// <summary>The tokens with each run replaced by what <paramref name="cut"/> makes of it; other tokens stay as they are.</summary>
    public static IEnumerable<TextToken> CutRuns(this IEnumerable<TextToken> tokens, Func<IReadOnlyList<RunCharacter>, IEnumerable<TextToken>> cut)
    {
        List<RunCharacter> run = [];
        foreach (TextToken token in tokens)
        {
            bool isRun = token.Type is TokenType.Ideograph or TokenType.Hiragana or TokenType.Katakana or TokenType.Hangul;
            if (run.Count > 0 && !(isRun && run[^1].End == token.Start))
            {
                foreach (TextToken part in cut(run))
                {
                    yield return part;
                }

                run.Clear();
            }

            if (isRun)
            {
                Split(token, run);
            }
            else
            {
                yield return token;
            }
        }

        if (run.Count > 0)
        {
            foreach (TextToken part in cut(run))
            {
                yield return part;
            }
        }
    }

    private static void Split(TextToken token, List<RunCharacter> run)
    {
        // A folded token is shorter than its place: then every character stands for all of it.
        bool isExact = token.Term.Length == token.End - token.Start;
        int at = token.Start;
        foreach (Rune rune in token.Term.EnumerateRunes())
        {
            run.Add(isExact ? new RunCharacter(rune, at, at + rune.Utf16SequenceLength) : new RunCharacter(rune, token.Start, token.End));
            at += rune.Utf16SequenceLength;
        }
    }
}

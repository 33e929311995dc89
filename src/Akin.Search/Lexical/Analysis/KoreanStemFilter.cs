namespace Akin.Search.Lexical.Analysis;

/// <summary>Cuts the Hangul of words into pairs of syllables without the particle, and a stem without endings at the position of the first pair.</summary>
public static class KoreanStemFilter
{
    // What marks a stem, so that one of two syllables is another term than a pair inside a longer word. No token of a text ends in it.
    private const char StemMark = '.';

    /// <summary>The tokens with Hangul replaced by pairs and stems; words of mixed scripts (<c>2026년</c>, <c>AI를</c>) are cut where Hangul begins and ends.</summary>
    /// <param name="tokens">The tokens, as <see cref="StandardTokenizer"/> tells their types.</param>
    public static IEnumerable<TextToken> InKoreanStems(this IEnumerable<TextToken> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        foreach (TextToken token in tokens)
        {
            if (token.Type is not (TokenType.Hangul or TokenType.Word) || !HangulSyllables.AnyIn(token.Term))
            {
                yield return token;
                continue;
            }

            foreach (TextToken part in Cut(token))
            {
                yield return part;
            }
        }
    }

    private static List<TextToken> Cut(TextToken token)
    {
        (string term, int[] starts) = HangulSyllables.Compose(token);
        List<TextToken> parts = [];
        for (int first = 0, end; first < term.Length; first = end)
        {
            bool isHangul = HangulSyllables.IsSyllable(term[first]);
            end = first + 1;
            while (end < term.Length && HangulSyllables.IsSyllable(term[end]) == isHangul)
            {
                end++;
            }

            if (isHangul)
            {
                AddWord(term[first..end], starts.AsSpan(first, end - first + 1), isAttached: first > 0, parts);
            }
            else
            {
                TokenType type = term.AsSpan(first, end - first).ContainsAnyExceptInRange('0', '9') ? TokenType.Word : TokenType.Number;
                parts.Add(new TextToken(term[first..end], starts[first], starts[end], type));
            }
        }

        if (parts.Count > 0)
        {
            parts[0] = parts[0] with { PositionIncrement = token.PositionIncrement };
        }

        return parts;
    }

    /// <param name="word">Hangul syllables.</param>
    /// <param name="starts">Where each begins in the text; one more entry for the end.</param>
    /// <param name="isAttached">Whether letters or digits stand right before it.</param>
    /// <param name="parts">Where the tokens go.</param>
    private static void AddWord(string word, ReadOnlySpan<int> starts, bool isAttached, List<TextToken> parts)
    {
        if (isAttached && KoreanEndings.IsParticle(word))
        {
            return;
        }

        int length = KoreanEndings.LengthWithoutParticle(word), stemLength = KoreanEndings.LengthWithoutEnding(word);
        parts.Add(Part(0, Math.Min(2, length), starts));
        parts.Add(new TextToken(word[..stemLength] + StemMark, starts[0], starts[stemLength], TokenType.Word) { PositionIncrement = 0 });
        for (int i = 1; i + 1 < length; i++)
        {
            parts.Add(Part(i, i + 2, starts));
        }

        TextToken Part(int first, int end, ReadOnlySpan<int> starts) =>
            new(word[first..end], starts[first], starts[end], end - first == 1 ? TokenType.Single : TokenType.Pair);
    }
}

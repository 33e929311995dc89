using System.Text;

namespace Akin.Search.Lexical.Analysis;

/// <summary>
/// Lower-cased words: runs of letters, digits and marks. Chinese and Japanese, which are written without spaces, and Korean, whose words carry their particles, are
/// cut into pairs of neighbouring characters instead (a lone character stays), as Lucene's CJKAnalyzer does. No stop words, no stemming.
/// </summary>
public sealed class WordAnalyzer : ITextAnalyzer
{
    private enum Kind
    {
        Other,
        Word,
        Ideograph,
    }

    /// <summary>Whether Chinese, Japanese and Korean are cut into pairs of characters; yes by default. Without, a run of their letters is a word.</summary>
    public bool PairsOfCharacters { get; init; } = true;

    /// <inheritdoc/>
    public IEnumerable<TextToken> Analyze(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<RunCharacter> run = [];
        Kind before = Kind.Other;
        int at = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            Kind kind = KindOf(rune);
            if (kind != before)
            {
                foreach (TextToken token in Cut(before, run))
                {
                    yield return token;
                }

                run.Clear();
            }

            before = kind;
            int end = at + rune.Utf16SequenceLength;
            if (kind != Kind.Other)
            {
                run.Add(new RunCharacter(kind == Kind.Word ? Rune.ToLowerInvariant(rune) : rune, at, end));
            }

            at = end;
        }

        foreach (TextToken token in Cut(before, run))
        {
            yield return token;
        }
    }

    /// <summary>The tokens of a run that has ended.</summary>
    private static IEnumerable<TextToken> Cut(Kind kind, List<RunCharacter> run) => kind switch
    {
        Kind.Word => [new TextToken(string.Concat(run.Select(character => character.Rune.ToString())), run[0].Start, run[^1].End, TokenType.Word)],
        Kind.Ideograph when run.Count == 1 => [run[0].AsToken()],
        Kind.Ideograph => [.. run.Skip(1).Select((next, first) => run[first].PairWith(next))],
        _ => [],
    };

    private static bool IsCjk(int code) => code
        is (>= 0x2E80 and <= 0x2FDF) // radicals
        or (>= 0x3005 and <= 0x3007) or (>= 0x3041 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF) // iteration mark, zero, kana
        or (>= 0x3130 and <= 0x318F) or (>= 0xAC00 and <= 0xD7AF) or (>= 0x1100 and <= 0x11FF) // Hangul
        or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF); // ideographs

    private Kind KindOf(Rune rune)
    {
        if (rune.IsAscii)
        {
            return Rune.IsLetterOrDigit(rune) ? Kind.Word : Kind.Other;
        }

        bool isWord = Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune)
            is System.Globalization.UnicodeCategory.NonSpacingMark
            or System.Globalization.UnicodeCategory.SpacingCombiningMark
            or System.Globalization.UnicodeCategory.LetterNumber;
        return !isWord ? Kind.Other : PairsOfCharacters && IsCjk(rune.Value) ? Kind.Ideograph : Kind.Word;
    }
}

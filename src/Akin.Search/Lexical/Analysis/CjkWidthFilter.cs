namespace Akin.Search.Lexical.Analysis;

/// <summary>Brings the two widths of East Asian typesetting together: full-width ASCII becomes plain, half-width Katakana full, with their voicing marks joined to them.</summary>
public static class CjkWidthFilter
{
    // U+FF65 to U+FF9F in their order.
    private const string FullKatakana = "・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309A";
    private const char FirstHalfWidth = '\uFF65';
    private const char VoicedMark = '\uFF9E';
    private const char SemiVoicedMark = '\uFF9F';

    /// <summary>The tokens with one width; their places stay, so a term can be shorter than its place.</summary>
    /// <param name="tokens">The tokens.</param>
    public static IEnumerable<TextToken> WithOneWidth(this IEnumerable<TextToken> tokens) =>
        tokens.Select(token => token.Term.AsSpan().ContainsAnyInRange('\uFF01', SemiVoicedMark) ? token with { Term = Fold(token.Term) } : token);

    private static string Fold(string term)
    {
        char[] folded = new char[term.Length];
        int length = 0;
        foreach (char unit in term)
        {
            if (unit is >= '\uFF01' and <= '\uFF5E')
            {
                folded[length++] = (char)(unit - '\uFF01' + '!');
            }
            else if (unit is < FirstHalfWidth or > SemiVoicedMark)
            {
                folded[length++] = unit;
            }
            else if (length > 0 && unit is VoicedMark or SemiVoicedMark && Join(folded[length - 1], unit) is not '\0' and char joined)
            {
                folded[length - 1] = joined;
            }
            else
            {
                folded[length++] = FullKatakana[unit - FirstHalfWidth];
            }
        }

        return new string(folded, 0, length);
    }

    /// <summary>A Katakana character with a voicing mark, or U+0000 when there is none.</summary>
    private static char Join(char katakana, char mark) => (katakana, mark) switch
    {
        ('ハ' or 'ヒ' or 'フ' or 'ヘ' or 'ホ', SemiVoicedMark) => (char)(katakana + 2),
        (_, SemiVoicedMark) => '\0',
        ('ウ', _) => 'ヴ',
        ('ワ' or 'ヰ' or 'ヱ' or 'ヲ', _) => (char)(katakana + 8),
        ('ヽ', _) => 'ヾ',
        _ => "カキクケコサシスセソタチツテトハヒフヘホ".Contains(katakana) ? (char)(katakana + 1) : '\0',
    };
}

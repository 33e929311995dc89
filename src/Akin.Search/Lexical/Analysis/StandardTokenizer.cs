namespace Akin.Search.Lexical.Analysis;

/// <summary>
/// Cuts a text at the word boundaries of Unicode (UAX #29) into the tokens of Lucene's StandardTokenizer: words, numbers, emoji, and each Chinese character and
/// Hiragana by itself. Nothing is changed: no lower case, no normalisation.
/// </summary>
public static class StandardTokenizer
{
    /// <summary>Longer words are cut into pieces of so many UTF-16 units.</summary>
    public const int LongestToken = 255;

    /// <summary>The tokens in the order of the text.</summary>
    /// <param name="text">The text; may be empty.</param>
    public static IEnumerable<TextToken> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = 0;
        while (at < text.Length)
        {
            int length = WordScanner.Match(text.AsSpan(at, Math.Min(LongestToken, text.Length - at)), out TokenType type);
            if (length > 0)
            {
                yield return new TextToken(text.Substring(at, length), at, at + length, type);
            }

            at += Math.Max(length, 1);
        }
    }
}

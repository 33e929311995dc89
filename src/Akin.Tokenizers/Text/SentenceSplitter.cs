namespace Akin.Tokenizers.Text;

/// <summary>
/// Cuts English, Korean and Chinese text into sentences by rules; the languages may be mixed. A sentence ends at <c>. ! ? …</c> or their wide
/// forms with the quotes and brackets that close after them, unless what stands around says otherwise: abbreviations, initials, decimals, dates,
/// list numbers, quoted speech that goes on. Blank lines end a sentence too; single line breaks are only spaces.
/// </summary>
/// <remarks>Takes time in proportion to the text. Unpaired surrogates do no harm.</remarks>
public static class SentenceSplitter
{
    private const string EndingMarks = ".!?…。！？｡．‼⁇⁈⁉";
    private const string WideMarks = "。！？｡";
    private const string ClosingMarks = "\"'”’)]}»」』】〉》）］｝＂＇〕";
    private const string OpeningMarks = "\"'“‘([{«「『【〈《（［｛＂＇〔-–—";
    private const string QuoteEnds = "\"'”’»」』＂＇";

    /// <summary>The sentences of a text as spans, without the spaces around them.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Spans in UTF-16 units, in order; nothing but white space lies between them.</returns>
    public static IReadOnlyList<TextSpan> Split(ReadOnlySpan<char> text)
    {
        List<TextSpan> sentences = [];
        bool cased = text.ContainsAnyInRange('A', 'Z'); // in a text without capitals a small letter does not tell that a sentence goes on
        int start = SkipSpaces(text, 0);
        for (int i = start; i < text.Length;)
        {
            if (IsBlankLine(text, i, out int afterBlank))
            {
                Add(text, start, i, sentences);
                i = start = afterBlank;
            }
            else if (!EndingMarks.Contains(text[i]))
            {
                i++;
            }
            else
            {
                int marks = i;
                while (i < text.Length && EndingMarks.Contains(text[i]))
                    i++;
                int closed = i;
                while (closed < text.Length && ClosingMarks.Contains(text[closed]) && Closes(text, start, closed))
                    closed++;
                if (EndsSentence(text, start, marks, i, closed, cased))
                {
                    Add(text, start, closed, sentences);
                    closed = start = SkipSpaces(text, closed);
                }
                i = closed;
            }
        }
        Add(text, start, text.Length, sentences);
        return sentences;
    }

    /// <summary>The sentences of a text, without the spaces around them.</summary>
    /// <param name="text">The text.</param>
    public static IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. Split(text.AsSpan()).Select(span => text[span.Start..span.End])];
    }

    /// <summary>Whether a sentence that began at <paramref name="start"/> ends with the marks at [<paramref name="marks"/>, <paramref name="afterMarks"/>) and what closes after them.</summary>
    private static bool EndsSentence(ReadOnlySpan<char> text, int start, int marks, int afterMarks, int closed, bool cased)
    {
        int next = SkipSpaces(text, closed);
        if (next == text.Length)
            return true;
        bool spaced = next > closed;
        char mark = text[afterMarks - 1];
        int first = next;
        while (first < text.Length && OpeningMarks.Contains(text[first]))
            first++;
        char following = first < text.Length ? text[first] : ' ';
        bool quoted = closed > afterMarks && QuoteEnds.Contains(text[closed - 1]);
        if (quoted && GoesOnAfterQuote(text[closed..], spaced, cased))
            return false;
        if (WideMarks.Contains(mark))
            return true;
        bool single = afterMarks - marks == 1;
        if (single && mark is ('.' or '．'))
            return closed == afterMarks && !spaced ? EndsWithoutSpace(text, marks, following) : EndsAtPeriod(text, start, marks, closed, first, cased);
        bool ellipsis = mark is '…' or '.' or '．';
        if (!spaced)
            return !ellipsis && (IsHan(following) || (IsHangul(following) && !StartsWithParticle(text[first..])) || OpeningMarks.Contains(text[closed])) && following != ' ';
        return !(cased && char.IsLower(following) && (quoted || ellipsis));
    }

    /// <summary>Whether a single period with a space, or something that closes, after it ends a sentence.</summary>
    private static bool EndsAtPeriod(ReadOnlySpan<char> text, int start, int period, int closed, int first, bool cased)
    {
        char following = first < text.Length ? text[first] : ' ';
        if ((cased && char.IsLower(following)) || following is ',' or ';' or ':')
            return false;
        ReadOnlySpan<char> before = text[start..period];
        ReadOnlySpan<char> word = LastWord(before);
        if (word.Length == 0)
            return true;
        bool startsSentence = Abbreviations.IsSentenceStarter(FirstWord(text[first..]));
        if (closed == period + 1)
        {
            if (word.IndexOfAnyExceptInRange('0', '9') < 0)
                return !IsNumberThatGoesOn(before, word, following);
            if (Abbreviations.NeverEnds(word) || (char.IsAsciiDigit(following) && Abbreviations.TakesNumber(word)))
                return false;
            bool initial = word.Length == 1 && char.IsAsciiLetterUpper(word[0]) && (before.Length == 1 || char.IsWhiteSpace(before[^2]) || OpeningMarks.Contains(before[^2]));
            if (initial && word.Length == before.Length)
                return false; // "A. First point"
            if (initial || word.Contains('.') || Abbreviations.MayEnd(word))
                return startsSentence || (!char.IsAsciiLetterOrDigit(following) && !char.IsPunctuation(following) && !initial);
        }
        return true;
    }

    /// <summary>Numbers of lists at the start of a sentence, and dates such as 2024. 3. 15.</summary>
    private static bool IsNumberThatGoesOn(ReadOnlySpan<char> before, ReadOnlySpan<char> number, char following)
    {
        ReadOnlySpan<char> earlier = before[..^number.Length].TrimEnd();
        if (earlier.Length == 0)
            return number.Length <= 3;
        bool date = earlier[^1] == '.' && earlier.Length > 1 && char.IsAsciiDigit(earlier[^2]);
        return char.IsAsciiDigit(following) ? date || IsHangulYear(number) : date && IsHangul(following);
    }

    private static bool IsHangulYear(ReadOnlySpan<char> number) => number.Length == 4 && number[0] is '1' or '2';

    /// <summary>Whether a period with no space after it ends a sentence: between Korean or Chinese characters it does, in 3.14 or example.com it does not.</summary>
    private static bool EndsWithoutSpace(ReadOnlySpan<char> text, int period, char following)
    {
        if (period == 0)
            return false;
        char before = text[period - 1];
        if (ClosingMarks.Contains(before) && period > 1)
            before = text[period - 2];
        return IsHangul(before) ? (IsHangul(following) || char.IsAsciiLetterUpper(following) || following is '"' or '“') && Abbreviations.IsKoreanEnding(before)
            : IsHan(before) && (IsHan(following) || OpeningMarks.Contains(text[period + 1]));
    }

    /// <summary>Whether quoted speech is only a part of its sentence: <c>"…?" he asked</c>, <c>"…."라고 말했다</c>, <c>“……！”他说</c>.</summary>
    private static bool GoesOnAfterQuote(ReadOnlySpan<char> rest, bool spaced, bool cased)
    {
        char following = rest.TrimStart() is { Length: > 0 } next ? next[0] : ' ';
        if ((cased && char.IsLower(following)) || ",，、;；".Contains(following))
            return true;
        if (IsHangul(following))
            return !spaced || StartsWithParticle(rest.TrimStart());
        return IsHan(following) && !spaced && Abbreviations.SpeaksSoon(rest);
    }

    private static bool StartsWithParticle(ReadOnlySpan<char> text) => Abbreviations.IsQuotingParticle(FirstWord(text));

    /// <summary>Whether a mark closes: straight quotes do so when they stand there an odd number of times.</summary>
    private static bool Closes(ReadOnlySpan<char> text, int start, int at)
    {
        char mark = text[at];
        if (mark is not ('"' or '\'' or '＂' or '＇'))
            return true;
        bool beforeSpace = at + 1 == text.Length || char.IsWhiteSpace(text[at + 1]) || ClosingMarks.Contains(text[at + 1]) || EndingMarks.Contains(text[at + 1]);
        return beforeSpace || text[Math.Max(start, at - LongestQuote)..at].Count(mark) % 2 == 1;
    }

    private const int LongestQuote = 500;

    /// <summary>The run of letters, digits and inner periods at the end of a text.</summary>
    private static ReadOnlySpan<char> LastWord(ReadOnlySpan<char> text)
    {
        int at = text.Length;
        while (at > 0 && text.Length - at < LongestWord && (char.IsLetterOrDigit(text[at - 1]) || text[at - 1] is '.' or '&'))
            at--;
        return text[at..];
    }

    private const int LongestWord = 40;

    private static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> text)
    {
        int end = 0;
        while (end < text.Length && end < LongestWord && char.IsLetterOrDigit(text[end]))
            end++;
        return text[..end];
    }

    private static bool IsBlankLine(ReadOnlySpan<char> text, int at, out int after)
    {
        after = at;
        if (text[at] is not ('\n' or '\r' or '\u2029'))
            return false;
        int breaks = 0;
        while (after < text.Length && char.IsWhiteSpace(text[after]))
        {
            breaks += text[after] == '\u2029' ? 2 : text[after] == '\n' || (text[after] == '\r' && (after + 1 == text.Length || text[after + 1] != '\n')) ? 1 : 0;
            after++;
        }
        return breaks > 1;
    }

    private static int SkipSpaces(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    private static void Add(ReadOnlySpan<char> text, int start, int end, List<TextSpan> sentences)
    {
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        if (end <= start)
            return;
        // Marks alone belong to what is before them.
        bool marksOnly = text[start..end].IndexOfAnyExcept(EndingMarks + ClosingMarks) < 0;
        if (marksOnly && sentences.Count > 0)
            sentences[^1] = sentences[^1] with { End = end };
        else
            sentences.Add(new TextSpan(start, end));
    }

    private static bool IsHangul(char unit) => unit is (>= '\uAC00' and <= '\uD7A3') or (>= '\u3131' and <= '\u318E');

    /// <summary>Ideographs and kana of the Basic Multilingual Plane.</summary>
    private static bool IsHan(char unit) => unit is (>= '\u4E00' and <= '\u9FFF') or (>= '\u3400' and <= '\u4DBF') or (>= '\u3041' and <= '\u30FF');
}

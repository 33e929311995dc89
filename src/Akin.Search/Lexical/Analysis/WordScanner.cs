namespace Akin.Search.Lexical.Analysis;

/// <summary>Finds the longest word, number, emoji or character of its own that a text begins with, by the word-break rules of UAX #29 as Lucene's StandardTokenizer applies them.</summary>
/// <param name="text">The text; a token does not reach beyond it.</param>
internal readonly ref struct WordScanner(ReadOnlySpan<char> text)
{
    private const int TextPresentation = 0xFE0E;
    private const int EmojiPresentation = 0xFE0F;
    private const int Keycap = 0x20E3;

    private readonly ReadOnlySpan<char> _text = text;

    /// <summary>The length of the token that the text begins with, in UTF-16 units; 0 when it begins with none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="type">What the token is.</param>
    public static int Match(ReadOnlySpan<char> text, out TokenType type)
    {
        WordScanner scanner = new(text);
        int length;
        switch (scanner.ClassAt(0, out int next))
        {
            case WordBreakClass.ComplexContext:
                type = TokenType.SoutheastAsian;
                return scanner.RunOfComplexContext();
            case WordBreakClass.Han:
                (type, length) = (TokenType.Ideograph, scanner.SkipExtend(next));
                break;
            case WordBreakClass.Hiragana:
                (type, length) = (TokenType.Hiragana, scanner.SkipExtend(next));
                break;
            default:
                length = scanner.Word(out type);
                break;
        }

        int emoji = scanner.Emoji();
        if (emoji > 0 && emoji >= length)
        {
            (type, length) = (TokenType.Emoji, emoji);
        }

        return length;
    }

    private static bool IsLetter(WordBreakClass value) => value is WordBreakClass.Letter or WordBreakClass.Hangul or WordBreakClass.Hebrew;

    private int Word(out TokenType type)
    {
        int end = 0, at = 0, seen = 0;
        WordBreakClass last = WordBreakClass.Other;
        while (at < _text.Length)
        {
            WordBreakClass current = ClassAt(at, out int next);
            if (!Joins(last, current, at == 0))
            {
                // What stands between two letters or two digits joins them; an apostrophe behind a Hebrew letter needs no second one.
                int behind = SkipExtend(next);
                WordBreakClass following = behind < _text.Length ? ClassAt(behind, out _) : WordBreakClass.Other;
                if (!JoinsThrough(last, current, following) && !(last == WordBreakClass.Hebrew && current == WordBreakClass.SingleQuote))
                {
                    break;
                }

                current = WordBreakClass.Letter;
                if (last == WordBreakClass.Numeric)
                {
                    current = WordBreakClass.Numeric;
                }
                else
                {
                    // A joined word is no longer a plain run of one script.
                    seen |= 1 << (int)WordBreakClass.Letter;
                }
            }

            seen |= 1 << (int)current;
            last = current;
            at = SkipExtend(next);
            if (current != WordBreakClass.ExtendNumLet || end > 0)
            {
                end = at;
            }
        }

        const int Joiner = 1 << (int)WordBreakClass.ExtendNumLet;
        type = (seen & ~Joiner) == 1 << (int)WordBreakClass.Numeric ? TokenType.Number
            : seen == 1 << (int)WordBreakClass.Hangul ? TokenType.Hangul
            : seen == 1 << (int)WordBreakClass.Katakana ? TokenType.Katakana
            : TokenType.Word;
        return end;
    }

    private static bool Joins(WordBreakClass last, WordBreakClass current, bool isFirst) => current switch
    {
        WordBreakClass.Letter or WordBreakClass.Hangul or WordBreakClass.Hebrew or WordBreakClass.Numeric =>
            isFirst || IsLetter(last) || last is WordBreakClass.Numeric or WordBreakClass.ExtendNumLet,
        WordBreakClass.Katakana => isFirst || last is WordBreakClass.Katakana or WordBreakClass.ExtendNumLet,
        WordBreakClass.ExtendNumLet => true,
        _ => false,
    };

    private static bool JoinsThrough(WordBreakClass last, WordBreakClass middle, WordBreakClass next) => middle switch
    {
        WordBreakClass.MidLetter => IsLetter(last) && IsLetter(next),
        WordBreakClass.MidNum => last == WordBreakClass.Numeric && next == WordBreakClass.Numeric,
        WordBreakClass.MidNumLet or WordBreakClass.SingleQuote =>
            (IsLetter(last) && IsLetter(next)) || (last == WordBreakClass.Numeric && next == WordBreakClass.Numeric),
        WordBreakClass.DoubleQuote => last == WordBreakClass.Hebrew && next == WordBreakClass.Hebrew,
        _ => false,
    };

    /// <summary>The emoji sequences of UTS #51: one character with its modifiers, several joined by U+200D, a keycap, a flag.</summary>
    private int Emoji()
    {
        WordBreakClass first = ClassAt(0, out int next);
        if (first == WordBreakClass.RegionalIndicator)
        {
            int second = SkipExtend(next);
            return second < _text.Length && ClassAt(second, out next) == WordBreakClass.RegionalIndicator ? SkipExtend(next) : 0;
        }

        if (_text[0] is (>= '0' and <= '9') or '#' or '*')
        {
            int at = SkipExtendButPresentation(1);
            at = CodePointAt(at, out next) == EmojiPresentation ? next : at;
            // U+20E3 is itself a mark, so the marks behind the digit may have ended with it.
            return CodePointAt(at, out next) == Keycap ? SkipExtendButPresentation(next) : _text[..at].Contains((char)Keycap) ? at : 0;
        }

        int end = 0;
        for (int element = EmojiElement(0); element > 0; element = EmojiElement(end))
        {
            end = element;
            // Another element belongs to it only behind a joiner.
            if (end < _text.Length && _text[end - 1] != '\u200D' && _text[end] != '\u200D')
            {
                break;
            }
        }

        return end;
    }

    /// <summary>Where an emoji character with its marks, at a place, ends; 0 when there is none. Joiners may stand before it.</summary>
    private int EmojiElement(int at)
    {
        while (at < _text.Length && _text[at] == '\u200D')
        {
            at++;
        }

        int codePoint = CodePointAt(at, out int next);
        if (codePoint < 0 || !(WordBreakTable.IsEmojiCharacter(codePoint) || WordBreakTable.IsEmojiModifier(codePoint)))
        {
            return 0;
        }

        int end = SkipExtendButPresentation(next);
        if (WordBreakTable.IsEmojiModifierBase(codePoint) && CodePointAt(end, out next) is >= 0 and int modifier && WordBreakTable.IsEmojiModifier(modifier))
        {
            end = SkipExtendButPresentation(next);
        }

        return CodePointAt(end, out next) == EmojiPresentation ? next : end;
    }

    private int RunOfComplexContext()
    {
        int at = 0;
        while (at < _text.Length && ClassAt(at, out int next) == WordBreakClass.ComplexContext)
        {
            at = SkipExtend(next);
        }

        return at;
    }

    /// <summary>Marks, format characters and joiners belong to the character before them.</summary>
    private int SkipExtend(int at)
    {
        while (at < _text.Length && ClassAt(at, out int next) is WordBreakClass.Extend or WordBreakClass.ZeroWidthJoiner)
        {
            at = next;
        }

        return at;
    }

    private int SkipExtendButPresentation(int at)
    {
        while (CodePointAt(at, out int next) is not TextPresentation and not EmojiPresentation and >= 0 and int codePoint
            && WordBreakTable.ClassOf(codePoint) is WordBreakClass.Extend or WordBreakClass.ZeroWidthJoiner)
        {
            at = next;
        }

        return at;
    }

    private WordBreakClass ClassAt(int at, out int next)
    {
        int codePoint = CodePointAt(at, out next);
        return codePoint < 0 ? WordBreakClass.Other : WordBreakTable.ClassOf(codePoint);
    }

    /// <summary>The code point at a place; -1 at the end and for half of a surrogate pair.</summary>
    private int CodePointAt(int at, out int next)
    {
        if (at >= _text.Length)
        {
            next = at;
            return -1;
        }

        char unit = _text[at];
        next = at + 1;
        if (!char.IsSurrogate(unit))
        {
            return unit;
        }

        if (!char.IsHighSurrogate(unit) || next == _text.Length || !char.IsLowSurrogate(_text[next]))
        {
            return -1;
        }

        return char.ConvertToUtf32(unit, _text[next++]);
    }
}

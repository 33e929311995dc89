namespace Akin.Search.Lexical.Analysis;

/// <summary>What a character is for word breaking: its Word_Break property (UAX #29), with letters told apart by script where the tokens are. The numbers are those of the table.</summary>
internal enum WordBreakClass : byte
{
    Other = 0,
    Letter = 1,
    Hangul = 2,
    Hebrew = 3,
    Numeric = 4,
    Katakana = 5,
    ExtendNumLet = 6,
    MidLetter = 7,
    MidNum = 8,
    MidNumLet = 9,
    SingleQuote = 10,
    DoubleQuote = 11,
    Extend = 12,
    ZeroWidthJoiner = 13,
    RegionalIndicator = 14,
    Han = 15,
    Hiragana = 16,
    ComplexContext = 17,
}

namespace Akin.Tokenizers.Unicode;

/// <summary>What the reference tokenizers hold a code point to be; each flag follows the Unicode version of the reference's own table.</summary>
[Flags]
internal enum CharacterFlags : ushort
{
    None = 0,

    /// <summary>White_Space: what pre-tokenizers split at.</summary>
    Whitespace = 1 << 0,

    /// <summary>Becomes a space when BERT cleans the text.</summary>
    CleanedToSpace = 1 << 1,

    /// <summary>Disappears when BERT cleans the text: U+0000, U+FFFD, control, format and private use characters.</summary>
    CleanedAway = 1 << 2,

    /// <summary>A piece of its own for BERT: ASCII symbols and the punctuation of about Unicode 8.</summary>
    BertPunctuation = 1 << 3,

    /// <summary>An ideograph in the ranges that BERT surrounds with spaces.</summary>
    Chinese = 1 << 4,

    /// <summary>Nonspacing mark (Mn): what BERT strips as an accent.</summary>
    NonspacingMark = 1 << 5,

    /// <summary>Any mark (M): what the StripAccents normalizer removes.</summary>
    Mark = 1 << 6,

    /// <summary>\w of the regular expressions: letters, marks, digits, connectors.</summary>
    Word = 1 << 7,

    /// <summary>Has another lower case form.</summary>
    HasLowerCase = 1 << 8,

    /// <summary>Has a canonical decomposition (Hangul syllables are left out: they are computed).</summary>
    HasCanonicalDecomposition = 1 << 9,

    /// <summary>Has a compatibility decomposition that differs from the canonical one.</summary>
    HasCompatibilityDecomposition = 1 << 10,

    /// <summary>A number (N) of about Unicode 17: what the Digits pre-tokenizer cuts at.</summary>
    Numeric = 1 << 11,

    /// <summary>\w of Oniguruma, which is what patterns of tokenizer files mean by it.</summary>
    PatternWord = 1 << 12,
}

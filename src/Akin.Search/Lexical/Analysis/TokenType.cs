namespace Akin.Search.Lexical.Analysis;

/// <summary>What a token is made of. The names that Lucene gives the kinds stand beside them.</summary>
public enum TokenType
{
    /// <summary>Letters, digits and what joins them (<c>&lt;ALPHANUM&gt;</c>).</summary>
    Word,

    /// <summary>A number (<c>&lt;NUM&gt;</c>).</summary>
    Number,

    /// <summary>A run of Hangul (<c>&lt;HANGUL&gt;</c>).</summary>
    Hangul,

    /// <summary>A run of Katakana (<c>&lt;KATAKANA&gt;</c>).</summary>
    Katakana,

    /// <summary>One Hiragana character (<c>&lt;HIRAGANA&gt;</c>).</summary>
    Hiragana,

    /// <summary>One Chinese character (<c>&lt;IDEOGRAPHIC&gt;</c>).</summary>
    Ideograph,

    /// <summary>A run of Thai, Lao, Khmer or Burmese, which only a dictionary could cut (<c>&lt;SOUTHEAST_ASIAN&gt;</c>).</summary>
    SoutheastAsian,

    /// <summary>An emoji with all its modifiers (<c>&lt;EMOJI&gt;</c>).</summary>
    Emoji,

    /// <summary>Two neighbouring characters of a run without spaces (<c>&lt;DOUBLE&gt;</c>).</summary>
    Pair,

    /// <summary>A character of such a script that stands alone (<c>&lt;SINGLE&gt;</c>).</summary>
    Single,
}

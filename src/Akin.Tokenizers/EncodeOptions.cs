namespace Akin.Tokenizers;

/// <summary>How texts are encoded. The defaults are those of calling a tokenizer in Python: special tokens, no truncation, no padding.</summary>
public sealed record EncodeOptions
{
    /// <summary>The defaults.</summary>
    public static EncodeOptions Default { get; } = new();

    /// <summary>Whether special tokens are put in. Default true.</summary>
    public bool AddSpecialTokens { get; init; } = true;

    /// <summary>Whether special tokens in the text are treated as plain text. Default false.</summary>
    public bool SplitSpecialTokens { get; init; }

    /// <summary>How a text that is too long is cut; null, the default, leaves it whole.</summary>
    public Truncation? Truncation { get; init; }

    /// <summary>How encodings are made equally long; null, the default, leaves them.</summary>
    public Padding? Padding { get; init; }

    /// <summary>What offsets count. Default: UTF-16 units, the indices of a .NET string.</summary>
    public OffsetUnit OffsetUnit { get; init; } = OffsetUnit.Utf16;
}

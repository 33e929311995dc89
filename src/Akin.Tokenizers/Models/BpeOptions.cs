namespace Akin.Tokenizers.Models;

/// <summary>How a <see cref="BPE"/> model treats what its merges alone do not decide. The defaults are those of Hugging Face tokenizers.</summary>
public sealed record BpeOptions
{
    /// <summary>Stands for a character that is not in the vocabulary; null leaves such characters out, as the reference does. Default null.</summary>
    public string? UnknownToken { get; init; }

    /// <summary>Marks the characters of a piece but the first, such as <c>##</c>. Default null.</summary>
    public string? ContinuingSubwordPrefix { get; init; }

    /// <summary>Marks the last character of a piece, such as <c>&lt;/w&gt;</c>. Default null.</summary>
    public string? EndOfWordSuffix { get; init; }

    /// <summary>Whether neighbouring unknown characters are one token. Default false.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>Whether a character that is not in the vocabulary becomes the tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> of its UTF-8 bytes. Default false.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether a piece that is in the vocabulary is that token, whatever the merges say. Default false.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>The probability that a merge is passed over (BPE-dropout, Provilkov et al., 2020), from 0 to 1; 0 is none. Default null: none.</summary>
    public double? Dropout { get; init; }

    /// <summary>Where the random numbers of <see cref="Dropout"/> start. Every call goes on from there, so that the same text is cut differently. Default 0.</summary>
    public int DropoutSeed { get; init; }
}

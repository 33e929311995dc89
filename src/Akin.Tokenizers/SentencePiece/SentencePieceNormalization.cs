namespace Akin.Tokenizers.SentencePiece;

/// <summary>How a SentencePiece model rewrites text: the <c>NormalizerSpec</c> of <c>sentencepiece_model.proto</c>.</summary>
public sealed record SentencePieceNormalization
{
    /// <summary>The name of the rule, such as <c>nmt_nfkc</c>.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The compiled rule, or null when characters are left as they are.</summary>
    public CharacterMap? CharacterMap { get; init; }

    /// <summary>Whether a space is put before the text. Default true.</summary>
    public bool AddDummyPrefix { get; init; } = true;

    /// <summary>Whether spaces at the ends go away and runs of spaces become one. Default true.</summary>
    public bool RemoveExtraWhitespace { get; init; } = true;

    /// <summary>Whether spaces are written <c>▁</c>. Default true.</summary>
    public bool EscapeWhitespace { get; init; } = true;
}

namespace Akin.Tokenizers.Training;

/// <summary>The kinds of tokenizers that a <see cref="TokenizerRecipe"/> trains.</summary>
public enum TokenizerKind
{
    /// <summary>Words at spaces and punctuation, each one token.</summary>
    WordLevel,

    /// <summary>As BERT's.</summary>
    WordPiece,

    /// <summary>Byte-pair encoding of characters, with spaces as ▁.</summary>
    Bpe,

    /// <summary>Byte-pair encoding of bytes, as RoBERTa's: no text has unknown tokens.</summary>
    ByteLevelBpe,

    /// <summary>As SentencePiece's, with spaces as ▁: good for languages without spaces.</summary>
    Unigram,
}

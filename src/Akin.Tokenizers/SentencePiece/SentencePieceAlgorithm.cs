namespace Akin.Tokenizers.SentencePiece;

/// <summary>How a SentencePiece model cuts a text; the numbers are those of <c>sentencepiece_model.proto</c>.</summary>
public enum SentencePieceAlgorithm
{
    /// <summary>The cut with the highest sum of scores (Kudo, 2018).</summary>
    Unigram = 1,

    /// <summary>Neighbours are merged, the pair with the highest score first (Sennrich et al., 2016).</summary>
    Bpe = 2,

    /// <summary>At spaces.</summary>
    Word = 3,

    /// <summary>Every code point by itself.</summary>
    Char = 4,
}

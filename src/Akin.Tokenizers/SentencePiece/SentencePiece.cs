namespace Akin.Tokenizers.SentencePiece;

/// <summary>One piece of a SentencePiece model; its id is its place in the model.</summary>
/// <param name="Text">The text; a space is written <c>▁</c>.</param>
/// <param name="Score">Logarithm of its probability (unigram), or minus its rank among the merges (BPE).</param>
/// <param name="Type">What it is for.</param>
public readonly record struct SentencePiece(string Text, float Score, SentencePieceType Type);

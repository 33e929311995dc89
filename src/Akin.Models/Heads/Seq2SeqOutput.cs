using Akin.Tensors;

namespace Akin.Models.Heads;

/// <summary>What a model that reads one text and writes another gives.</summary>
/// <param name="Logits">Scores of the vocabulary after every token that was written, <c>[written tokens, vocabulary]</c>.</param>
/// <param name="Encoder">What the encoder gave.</param>
/// <param name="Decoder">What the decoder gave.</param>
public readonly record struct Seq2SeqOutput(Tensor Logits, EncoderOutput Encoder, DecoderOutput Decoder);

using Akin.Tensors;

namespace Akin.Models.Heads;

/// <summary>What a question answering model gives.</summary>
/// <param name="StartLogits">How well the answer starts at a token, <c>[tokens]</c>.</param>
/// <param name="EndLogits">How well the answer ends at a token, <c>[tokens]</c>.</param>
/// <param name="Encoder">What the backbone gave.</param>
public readonly record struct QuestionAnsweringOutput(Tensor StartLogits, Tensor EndLogits, EncoderOutput Encoder);

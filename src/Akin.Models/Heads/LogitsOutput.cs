using Akin.Tensors;

namespace Akin.Models.Heads;

/// <summary>What a model with one head gives.</summary>
/// <param name="Logits">The head's scores.</param>
/// <param name="Encoder">What the backbone gave.</param>
public readonly record struct LogitsOutput(Tensor Logits, EncoderOutput Encoder);

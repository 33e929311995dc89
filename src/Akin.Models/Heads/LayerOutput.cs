using Akin.Tensors;

namespace Akin.Models.Heads;

/// <summary>What one layer gives.</summary>
/// <param name="Hidden">A vector for every token, <c>[tokens, hidden]</c>.</param>
/// <param name="Attention">The attention probabilities when they are captured.</param>
public readonly record struct LayerOutput(Tensor Hidden, Tensor? Attention);

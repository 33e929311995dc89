namespace Akin.Tensors.Operations;

/// <summary>What attention gives.</summary>
/// <param name="Context">The weighted values, <c>[tokens, heads · headSize]</c>.</param>
/// <param name="Probabilities">
/// When <see cref="Capture.Attentions"/> is asked for: for every sequence <c>[heads, queries, keys]</c>, sequences one after the other.
/// </param>
public readonly record struct AttentionResult(Tensor Context, Tensor? Probabilities);

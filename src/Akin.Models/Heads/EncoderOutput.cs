using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>What a backbone gives.</summary>
/// <param name="LastHiddenState">A vector for every token, <c>[tokens, hidden]</c>.</param>
/// <param name="PooledOutput">
/// A vector for every sequence, <c>[sequences, hidden]</c>, made from its first token (from zeros where there is none); <see langword="null"/> when the
/// architecture or the checkpoint has no pooler.
/// </param>
/// <param name="HiddenStates">With <see cref="Capture.HiddenStates"/>: the embeddings, then the output of every layer, each <c>[tokens, hidden]</c>.</param>
/// <param name="Attentions">
/// With <see cref="Capture.Attentions"/>: the probabilities of every layer; for each sequence <c>[heads, length, length]</c>, one after the other.
/// </param>
public readonly record struct EncoderOutput(
    Tensor LastHiddenState, Tensor? PooledOutput, IReadOnlyList<Tensor>? HiddenStates, IReadOnlyList<Tensor>? Attentions)
{
    /// <summary>What a head that scores every token by itself needs to score some of them.</summary>
    internal EncoderOutput Only(ForwardContext context, ReadOnlyMemory<int> tokens) =>
        this with { LastHiddenState = context.IndexSelect(LastHiddenState, axis: 0, tokens) };
}

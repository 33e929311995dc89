using Akin.Tensors;

namespace Akin.Models.Heads;

/// <summary>What a decoder beside an encoder gives.</summary>
/// <param name="LastHiddenState">A vector for every token that was written, <c>[tokens, hidden]</c>.</param>
/// <param name="HiddenStates">With <see cref="Capture.HiddenStates"/>: the embeddings, then the output of every layer.</param>
/// <param name="Attentions">With <see cref="Capture.Attentions"/>: for every layer and sequence <c>[heads, length, length]</c>.</param>
/// <param name="CrossAttentions">With <see cref="Capture.Attentions"/>: for every layer and sequence <c>[heads, length, length of the encoder's text]</c>.</param>
public readonly record struct DecoderOutput(
    Tensor LastHiddenState, IReadOnlyList<Tensor>? HiddenStates, IReadOnlyList<Tensor>? Attentions, IReadOnlyList<Tensor>? CrossAttentions);

using Akin.Tensors;

namespace Akin.Models.Heads;

/// <summary>One layer of a decoder that looks at the states of an encoder.</summary>
internal interface IDecoderLayer
{
    /// <summary>Runs the layer; the result also has what it looked at in the encoder's states, when attentions are captured.</summary>
    (LayerOutput Output, Tensor? CrossAttention) Forward(ForwardContext context, Tensor hidden, RaggedBatch batch, Tensor states, RaggedBatch read);
}

using Akin.Tensors;

namespace Akin.Models.Heads;

/// <summary>One layer of a model, as <see cref="LayerTrace"/> walks through them.</summary>
public interface ITransformerLayer
{
    /// <summary>Runs the layer.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="hidden">A vector for every token, <c>[tokens, hidden]</c>.</param>
    /// <param name="batch">The sequences.</param>
    LayerOutput Forward(ForwardContext context, Tensor hidden, RaggedBatch batch);
}

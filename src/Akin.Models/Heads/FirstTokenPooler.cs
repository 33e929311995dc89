using Akin.Tensors;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Models.Heads;

/// <summary>A vector for every text, <c>tanh(W · first token + b)</c>.</summary>
/// <param name="weights">Where <c>weight</c> and <c>bias</c> are.</param>
/// <param name="hiddenSize">Floats of a token vector.</param>
internal sealed class FirstTokenPooler(Weights weights, int hiddenSize)
{
    private readonly Linear _dense = new(weights, hiddenSize, hiddenSize);

    /// <param name="context">The running pass.</param>
    /// <param name="hidden">Token vectors, <c>[tokens, hidden]</c>.</param>
    /// <param name="batch">The texts.</param>
    /// <returns><c>[sequences, hidden]</c>.</returns>
    public Tensor Forward(ForwardContext context, Tensor hidden, RaggedBatch batch) =>
        _dense.Forward(context, context.FirstTokens(hidden, batch), Activation.Tanh);
}

using Akin.Tensors;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Models.Heads;

/// <summary>Scores of texts by two linear layers over the first token's vector, dropout before each: <c>dense</c>, an activation, <c>out_proj</c>.</summary>
/// <param name="weights">Where <c>dense</c> and <c>out_proj</c> are.</param>
/// <param name="hiddenSize">Floats of a token vector.</param>
/// <param name="classCount">How many scores there are.</param>
/// <param name="activation">Between the two layers.</param>
/// <param name="dropout">Probability of dropout, in training.</param>
internal sealed class FirstTokenClassifier(Weights weights, int hiddenSize, int classCount, Activation activation, float dropout)
{
    private readonly Linear _dense = new(weights.Sub("dense"), hiddenSize, hiddenSize);
    private readonly Linear _scores = new(weights.Sub("out_proj"), hiddenSize, classCount);

    /// <param name="context">The running pass.</param>
    /// <param name="hidden">Token vectors, <c>[tokens, hidden]</c>.</param>
    /// <param name="batch">The texts.</param>
    /// <returns><c>[sequences, classes]</c>.</returns>
    public Tensor Forward(ForwardContext context, Tensor hidden, RaggedBatch batch)
    {
        Tensor first = context.Dropout(context.FirstTokens(hidden, batch), dropout);
        return _scores.Forward(context, context.Dropout(_dense.Forward(context, first, activation), dropout));
    }
}

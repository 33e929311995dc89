using Akin.Tensors;
using Akin.Tensors.Layers;
using Akin.Tensors.Operations;

namespace Akin.Models.Heads;

/// <summary>Scores of classes by one linear layer, with dropout before it: <c>y = W · dropout(x) + b</c>.</summary>
/// <param name="weights">Where the layer's <c>weight</c> and <c>bias</c> are.</param>
/// <param name="hiddenSize">Floats of x.</param>
/// <param name="classCount">How many scores there are.</param>
/// <param name="dropout">Probability of dropout, in training.</param>
internal sealed class Classifier(Weights weights, int hiddenSize, int classCount, float dropout = 0)
{
    private readonly Linear _scores = new(weights, hiddenSize, classCount);

    /// <param name="context">The running pass.</param>
    /// <param name="vectors">x: token vectors or pooled vectors, <c>[rows, hidden]</c>.</param>
    /// <returns><c>[rows, classes]</c>.</returns>
    public Tensor Forward(ForwardContext context, Tensor vectors) => _scores.Forward(context, context.Dropout(vectors, dropout));
}

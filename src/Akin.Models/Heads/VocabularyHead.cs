using Akin.Tensors;
using Akin.Tensors.Layers;
using Activation = Akin.Kernels.Activation;

namespace Akin.Models.Heads;

/// <summary>Scores of the vocabulary: a linear layer, an activation and a norm, then a decoder that usually is the table of word embeddings.</summary>
internal sealed class VocabularyHead(Linear dense, Activation activation, LayerNorm norm, Linear decoder)
{
    /// <summary>Makes the decoder.</summary>
    /// <param name="words">The table of word embeddings, <c>[vocabulary, size]</c>.</param>
    /// <param name="isTied">Whether the decoder is that table; a copy in the checkpoint is not read then. If not, it has a <c>weight</c> of its own.</param>
    /// <param name="weights">Where <c>weight</c> and <c>bias</c> are.</param>
    /// <param name="head">Where <c>bias</c> is when it belongs to the head; a checkpoint may also have it in either place.</param>
    public static Linear Decoder(Embedding words, bool isTied, Weights weights, Weights? head = null)
    {
        Shape shape = words.Table.Shape;
        Parameter weight = isTied ? words.Table : weights.Load("weight", shape, Initialization.Normal);
        Weights owner = head is null || (!head.Contains("bias") && weights.Contains("bias")) ? weights : head;
        return Linear.Tied(weight, owner.Load("bias", new Shape(shape[0]), Initialization.Zeros));
    }

    /// <param name="context">The running pass.</param>
    /// <param name="hidden">Token vectors, <c>[tokens, hidden]</c>.</param>
    /// <returns><c>[tokens, vocabulary]</c>.</returns>
    public Tensor Forward(ForwardContext context, Tensor hidden)
    {
        using ForwardScope scope = context.Scope();
        return scope.Keep(decoder.Forward(context, norm.Forward(context, dense.Forward(context, hidden, activation))));
    }
}

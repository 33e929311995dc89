using Akin.Kernels;

namespace Akin.Pipelines;

/// <summary>What comes after the encoder in a <see cref="SentenceTransformer"/> that is made of parts. Immutable.</summary>
public sealed record SentenceTransformerParts
{
    /// <summary>How token vectors become one vector; the results of several ways lie side by side. Default: their mean.</summary>
    public IReadOnlyList<PoolingMode> Pooling { get; init; } = [PoolingMode.Mean];

    /// <summary>Outputs of a linear layer behind the pooling. Default: there is none.</summary>
    public int? DenseSize { get; init; }

    /// <summary>What is applied to the outputs of the linear layer. Default: tanh.</summary>
    public Activation DenseActivation { get; init; } = Activation.Tanh;

    /// <summary>Whether embeddings are scaled to length 1. Default: no.</summary>
    public bool Normalizes { get; init; }

    /// <summary>How the embeddings are meant to be compared. Default: by cosine.</summary>
    public SimilarityFunction Similarity { get; init; } = SimilarityFunction.Cosine;
}

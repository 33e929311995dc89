using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary>What the contrastive losses have in common: pairs that belong together or do not, and the distance of their embeddings.</summary>
public abstract class PairDistanceLoss : SentenceLoss
{
    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("sentence1, sentence2", 2, 2, LossLabel.ZeroOrOne));

    /// <summary>Default: 1 minus the cosine.</summary>
    public EmbeddingDistance Distance { get; init; } = EmbeddingDistance.Cosine;

    /// <summary>How far apart texts that do not belong together should be. Default: 0.5.</summary>
    public float Margin { get; init; } = 0.5f;

    /// <summary>The distance of every pair, <c>[batch]</c>; 1e-6 is added to the differences, as PyTorch's <c>pairwise_distance</c> does.</summary>
    private protected Tensor Distances(ForwardContext context, SentenceLossInput input) => Distance switch
    {
        EmbeddingDistance.Cosine => EmbeddingDistance.Cosine.OfRows(context, input.Embeddings[0], input.Embeddings[1]),
        EmbeddingDistance.Euclidean => context.PairwiseDistance(input.Embeddings[0], input.Embeddings[1]),
        _ => context.PairwiseDistance(input.Embeddings[0], input.Embeddings[1], p: 1),
    };

    /// <summary>d² of what should be near times a weight, plus relu(margin − d)² of what should not times another, <c>[batch]</c>.</summary>
    private protected Tensor Losses(ForwardContext context, Tensor distances, float[] near, float[] far)
    {
        Tensor pulled = context.Multiply(context.Square(distances), new Tensor(distances.Shape, near));
        Tensor pushed = context.Square(context.Relu(context.Affine(distances, -1, Margin)));
        return context.Add(pulled, context.Multiply(pushed, new Tensor(distances.Shape, far)));
    }
}

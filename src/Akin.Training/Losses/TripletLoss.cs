using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary>Keeps a negative farther from its anchor than the positive, by a margin.</summary>
/// <remarks>
/// <para>In words: what the anchor is about must be nearer to it than what it is not about, and clearly so.</para>
/// <para>Inputs: <c>anchor, positive, negative</c>, no label.</para>
/// <para>Formula: mean relu(d(a, p) − d(a, n) + m) (Schroff et al. 2015, "FaceNet", https://arxiv.org/abs/1503.03832).</para>
/// <para>Relations: <see cref="MultipleNegativesRankingLoss"/> takes the same data and also uses the other rows of the batch: mostly better.</para>
/// <para>Example: <c>new TripletLoss { Distance = EmbeddingDistance.Cosine, Margin = 0.3f }</c>.</para>
/// </remarks>
public sealed class TripletLoss : SentenceLoss
{
    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("anchor, positive, negative", 3, 3, LossLabel.None));

    /// <summary>Default: Euclidean.</summary>
    public EmbeddingDistance Distance { get; init; } = EmbeddingDistance.Euclidean;

    /// <summary>How much farther the negative should be; choose it to suit the distance. Default: 5.</summary>
    public float Margin { get; init; } = 5;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        Tensor toPositive = Distance.OfRows(context, input.Embeddings[0], input.Embeddings[1]);
        Tensor toNegative = Distance.OfRows(context, input.Embeddings[0], input.Embeddings[2]);
        return context.Mean(context.Relu(context.Add(context.Subtract(toPositive, toNegative), Margin)));
    }
}

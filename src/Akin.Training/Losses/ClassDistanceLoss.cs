using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary>What the losses have in common that find triplets among the texts of a batch by their classes.</summary>
public abstract class ClassDistanceLoss : SentenceLoss
{
    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("sentence", 1, 1, LossLabel.Class));

    /// <summary>Euclidean (the default) or the cosine distance.</summary>
    public EmbeddingDistance Distance
    {
        get;
        init => field = value is EmbeddingDistance.Euclidean or EmbeddingDistance.Cosine
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Supported are the Euclidean and the cosine distance.");
    } = EmbeddingDistance.Euclidean;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        Tensor texts = input.Embeddings[0];
        Tensor distances = Distance == EmbeddingDistance.Euclidean ? context.CDist(texts, texts) : context.Affine(context.CosSim(texts, texts), -1, 1);
        return Compute(context, distances, ClassNumbers.Of(input.Labels!));
    }

    /// <summary>The formula.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="distances">Of all pairs of texts, <c>[n, n]</c>.</param>
    /// <param name="classes">The class of every text, <c>[n]</c>.</param>
    private protected abstract Tensor Compute(ForwardContext context, Tensor distances, int[] classes);
}

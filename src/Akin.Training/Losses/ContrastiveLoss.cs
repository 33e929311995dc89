using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary>Pulls texts that belong together towards each other, and pushes others apart up to a margin.</summary>
/// <remarks>
/// <para>In words: the distance of a pair labelled 1 should be 0, that of a pair labelled 0 at least <see cref="PairDistanceLoss.Margin"/>.</para>
/// <para>Inputs: <c>sentence1, sentence2</c> with 1 or 0.</para>
/// <para>Formula: mean ½ · (y · d² + (1 − y) · relu(m − d)²) (Hadsell, Chopra and LeCun 2006, "Dimensionality Reduction by Learning an Invariant
/// Mapping").</para>
/// <para>Relations: <see cref="OnlineContrastiveLoss"/> looks only at the hard pairs of a batch and is usually better.</para>
/// <para>Example: <c>new ContrastiveLoss { Distance = EmbeddingDistance.Euclidean, Margin = 4 }</c>.</para>
/// </remarks>
public sealed class ContrastiveLoss : PairDistanceLoss
{
    /// <summary>Whether the mean of the pairs is taken, or their sum. Default: the mean.</summary>
    public bool IsMean { get; init; } = true;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        float[] labels = input.Labels!.ToArray();
        Tensor losses = Losses(context, Distances(context, input), [.. labels.Select(label => label / 2)], [.. labels.Select(label => (1 - label) / 2)]);
        return IsMean ? context.Mean(losses) : context.Sum(losses);
    }
}

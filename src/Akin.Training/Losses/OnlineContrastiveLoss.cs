using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary><see cref="ContrastiveLoss"/> over the hard pairs of a batch only.</summary>
/// <remarks>
/// <para>In words: of the pairs labelled 0 only those count that are nearer than the farthest pair labelled 1, and of the pairs labelled 1 only those
/// that are farther than the nearest pair labelled 0.</para>
/// <para>Inputs: <c>sentence1, sentence2</c> with 1 or 0. Requirements: both kinds in a batch; with less than two of one kind, the mean distance of the
/// other kind is its threshold.</para>
/// <para>Formula: Σ d² over the hard pairs labelled 1, plus Σ relu(m − d)² over the hard pairs labelled 0: a sum, not a mean.</para>
/// <para>Relations: <see cref="ContrastiveLoss"/> looks at every pair.</para>
/// <para>Example: <c>new OnlineContrastiveLoss()</c>.</para>
/// </remarks>
public sealed class OnlineContrastiveLoss : PairDistanceLoss
{
    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        Tensor distances = Distances(context, input);
        float[] values = distances.ToArray();
        float[] labels = input.Labels!.ToArray();
        float[] near = [.. values.Where((_, i) => labels[i] == 1)];
        float[] far = [.. values.Where((_, i) => labels[i] == 0)];
        float farIsHardBelow = near.Length > 1 ? near.Max() : far.DefaultIfEmpty().Average();
        float nearIsHardAbove = far.Length > 1 ? far.Min() : near.DefaultIfEmpty().Average();
        return context.Sum(Losses(
            context, distances,
            [.. values.Select((distance, i) => labels[i] == 1 && distance > nearIsHardAbove ? 1f : 0)],
            [.. values.Select((distance, i) => labels[i] == 0 && distance < farIsHardBelow ? 1f : 0)]));
    }
}

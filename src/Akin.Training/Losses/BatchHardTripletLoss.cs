using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary><see cref="TripletLoss"/> over the hardest triplet of every text of a batch.</summary>
/// <remarks>
/// <para>In words: every text with the farthest of its class and the nearest of another class.</para>
/// <para>Inputs: <c>sentence</c> with a class number. Requirements: several texts of a class in a batch (a sampler that groups by label). A text alone in
/// its class counts with a positive distance of 0.</para>
/// <para>Formula: mean relu(max d(a, p) − min d(a, n) + m) (Hermans et al. 2017, https://arxiv.org/abs/1703.07737).</para>
/// <para>Relations: <see cref="BatchHardSoftMarginTripletLoss"/> needs no margin.</para>
/// <para>Example: <c>new BatchHardTripletLoss { Distance = EmbeddingDistance.Cosine, Margin = 0.5f }</c>.</para>
/// </remarks>
public sealed class BatchHardTripletLoss : ClassDistanceLoss
{
    /// <summary>How much farther a text of another class should be. Default: 5.</summary>
    public float Margin { get; init; } = 5;

    private protected override Tensor Compute(ForwardContext context, Tensor distances, int[] classes) =>
        context.Mean(context.Relu(context.Add(HardestDistances.Difference(context, distances, classes), Margin)));
}

using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary><see cref="BatchHardTripletLoss"/> without a margin to choose.</summary>
/// <remarks>
/// <para>In words: every text with the farthest of its class and the nearest of another class; the second should be farther, the more the better.</para>
/// <para>Inputs: <c>sentence</c> with a class number. Requirements: those of <see cref="BatchHardTripletLoss"/>.</para>
/// <para>Formula: mean ln(1 + e^(max d(a, p) − min d(a, n))) (Hermans et al. 2017, https://arxiv.org/abs/1703.07737).</para>
/// <para>Example: <c>new BatchHardSoftMarginTripletLoss()</c>.</para>
/// </remarks>
public sealed class BatchHardSoftMarginTripletLoss : ClassDistanceLoss
{
    private protected override Tensor Compute(ForwardContext context, Tensor distances, int[] classes) =>
        context.Mean(context.Softplus(HardestDistances.Difference(context, distances, classes)));
}

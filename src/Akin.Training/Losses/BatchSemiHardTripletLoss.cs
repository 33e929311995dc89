using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary><see cref="TripletLoss"/> over every pair of a class, each with the nearest negative that is farther than the positive.</summary>
/// <remarks>
/// <para>In words: negatives nearer than the positive may be mistakes of the labels, far ones teach nothing; those just beyond the positive are best.
/// Where none is beyond, the farthest negative is taken.</para>
/// <para>Inputs: <c>sentence</c> with a class number. Requirements: two texts of a class in every batch (a sampler that groups by label).</para>
/// <para>Formula: Σ relu(d(a, p) − d(a, n) + m) divided by the number of pairs (Schroff et al. 2015, "FaceNet", https://arxiv.org/abs/1503.03832).</para>
/// <para>Relations: <see cref="BatchHardTripletLoss"/> takes the hardest of all.</para>
/// <para>Example: <c>new BatchSemiHardTripletLoss { Margin = 2 }</c>.</para>
/// </remarks>
public sealed class BatchSemiHardTripletLoss : ClassDistanceLoss
{
    /// <summary>How much farther a text of another class should be. Default: 5.</summary>
    public float Margin { get; init; } = 5;

    private protected override Tensor Compute(ForwardContext context, Tensor distances, int[] classes)
    {
        Tensor isPair = ClassNumbers.SameClass(classes);
        float pairCount = isPair.ToArray().Sum();
        if (pairCount == 0)
        {
            throw new LossInputException(
                $"{nameof(BatchSemiHardTripletLoss)}: no two texts of the batch have the same class. Use batches that group texts by label.");
        }

        int[] negatives = new int[classes.Length * classes.Length];
        for (int anchor = 0; anchor < classes.Length; anchor++)
        {
            for (int positive = 0; positive < classes.Length; positive++)
            {
                negatives[(anchor * classes.Length) + positive] = SemiHard(distances.Row(anchor), positive, classes, classes[anchor]);
            }
        }

        Tensor differences = context.Subtract(distances, context.Gather(distances, axis: 1, negatives));
        Tensor losses = context.Relu(context.Multiply(context.Add(differences, Margin), isPair));
        return context.Multiply(context.Sum(losses), 1 / pairCount);
    }

    /// <summary>The nearest negative beyond the positive; without one the farthest negative; without any negative the nearest text.</summary>
    private static int SemiHard(ReadOnlySpan<float> row, int positive, int[] classes, int own)
    {
        (int beyond, int farthest, int nearest) = (-1, -1, 0);
        for (int i = 0; i < row.Length; i++)
        {
            nearest = row[i] < row[nearest] ? i : nearest;
            if (classes[i] == own)
            {
                continue;
            }

            farthest = farthest < 0 || row[i] > row[farthest] ? i : farthest;
            beyond = row[i] > row[positive] && (beyond < 0 || row[i] < row[beyond]) ? i : beyond;
        }

        return beyond >= 0 ? beyond : farthest >= 0 ? farthest : nearest;
    }
}

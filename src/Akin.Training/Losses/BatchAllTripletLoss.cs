using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary><see cref="TripletLoss"/> over all triplets that can be made of the texts of a batch.</summary>
/// <remarks>
/// <para>In words: every text with every other of its class and every one of another class.</para>
/// <para>Inputs: <c>sentence</c> with a class number. Requirements: several texts of a class in a batch (a sampler that groups by label).</para>
/// <para>Formula: Σ relu(d(a, p) − d(a, n) + m) divided by the number of triplets whose loss is above 0; 0 when there is none.</para>
/// <para>Relations: <see cref="BatchHardTripletLoss"/> and <see cref="BatchSemiHardTripletLoss"/> choose among the triplets.</para>
/// <para>Example: <c>new BatchAllTripletLoss { Margin = 2 }</c>.</para>
/// </remarks>
public sealed class BatchAllTripletLoss : ClassDistanceLoss
{
    private const float LeastLoss = 1e-16f; // as Sentence-Transformers counts

    /// <summary>How much farther a text of another class should be. Default: 5.</summary>
    public float Margin { get; init; } = 5;

    private protected override Tensor Compute(ForwardContext context, Tensor distances, int[] classes)
    {
        List<int> positives = [];
        List<int> negatives = [];
        for (int anchor = 0; anchor < classes.Length; anchor++)
        {
            ReadOnlySpan<float> row = distances.Row(anchor);
            for (int positive = 0; positive < classes.Length; positive++)
            {
                if (positive == anchor || classes[positive] != classes[anchor])
                {
                    continue;
                }

                for (int negative = 0; negative < classes.Length; negative++)
                {
                    if (classes[negative] != classes[anchor] && row[positive] - row[negative] + Margin > LeastLoss)
                    {
                        positives.Add((anchor * classes.Length) + positive);
                        negatives.Add((anchor * classes.Length) + negative);
                    }
                }
            }
        }

        Tensor line = context.Reshape(distances, new Shape(classes.Length * classes.Length));
        if (positives.Count == 0)
        {
            return context.Multiply(context.Sum(line), 0);
        }

        Tensor differences = context.Subtract(context.IndexSelect(line, 0, positives.ToArray()), context.IndexSelect(line, 0, negatives.ToArray()));
        return context.Add(context.Mean(differences), Margin);
    }
}

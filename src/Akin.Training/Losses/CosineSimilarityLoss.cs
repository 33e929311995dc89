using Akin.Kernels;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary>Makes the cosine of two texts the score they were given.</summary>
/// <remarks>
/// <para>In words: texts rated 1 should point the same way, texts rated 0 should have nothing in common.</para>
/// <para>Inputs: <c>sentence1, sentence2</c> with a score. Requirements: scores in the range of the cosine (divide STS ratings of 0 to 5 by 5).</para>
/// <para>Formula: mean (t − f(cos(u, v)))², with f = <see cref="Transformation"/> (Reimers and Gurevych 2019, https://arxiv.org/abs/1908.10084).</para>
/// <para>Relations: <see cref="CoSENTLoss"/> and <see cref="AnglELoss"/> take the same data and train only the order; they are often better.</para>
/// <para>Example: <c>new CosineSimilarityLoss()</c>.</para>
/// </remarks>
public sealed class CosineSimilarityLoss : SentenceLoss
{
    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("sentence1, sentence2", 2, 2, LossLabel.Score));

    /// <summary>How differences count. Default: squared.</summary>
    public ErrorMeasure Measure { get; init; } = ErrorMeasure.Squared;

    /// <summary>Applied to the cosine before it is compared. Default: nothing.</summary>
    public Activation Transformation { get; init; } = Activation.None;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        Tensor cosine = context.Activate(context.PairwiseCosSim(input.Embeddings[0], input.Embeddings[1]), Transformation);
        Tensor scores = input.Labels!.View(0, cosine.Shape);
        return Measure == ErrorMeasure.Squared ? context.MseLoss(cosine, scores) : context.L1Loss(cosine, scores);
    }
}

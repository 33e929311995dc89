using Akin.Pipelines;
using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses;

/// <summary>Makes the difference of the similarities to a positive and to a negative that of a teacher's scores.</summary>
/// <remarks>
/// <para>In words: a cross-encoder says by how much one passage answers a query better than another; the model learns to say the same.</para>
/// <para>Inputs: <c>query, positive, negative[, negative …]</c> with the teacher's margins (one for each negative), or its scores (positive first).</para>
/// <para>Formula: mean ((s(q, p) − s(q, n)) − (t(p) − t(n)))² (Hofstätter et al. 2020, https://arxiv.org/abs/2010.02666).</para>
/// <para>Relations: <see cref="DistillKLDivLoss"/> compares distributions. "Positive" need not be right: any two passages will do.</para>
/// <para>Example: <c>new MarginMSELoss()</c>.</para>
/// </remarks>
public sealed class MarginMSELoss : SentenceLoss
{
    /// <inheritdoc/>
    public override LossColumns Columns { get; } = new(new LossForm("query, positive, negative[, negative …]", 3, int.MaxValue, LossLabel.Margins));

    /// <summary>Default: the inner product, in the range of a teacher's scores.</summary>
    public SimilarityFunction Similarity { get; init; } = SimilarityFunction.Dot;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, SentenceLossInput input)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(input);
        Tensor expected = TeacherMargins.Of(nameof(MarginMSELoss), input.Labels!, input.BatchSize, input.Embeddings.Count - 2);
        Tensor scores = Similarity.OfFirstWithOthers(context, input.Embeddings);
        Tensor margins = context.Subtract(context.Slice(scores, axis: 1, 0, 1), context.Slice(scores, axis: 1, 1, scores.ColumnCount));
        return context.MseLoss(margins, expected);
    }
}

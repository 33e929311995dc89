using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses.CrossEncoders;

/// <summary>Makes the difference of the scores of a positive and a negative that of a teacher's.</summary>
/// <remarks>
/// <para>Inputs: <c>query, positive, negative[, negative …]</c> with the teacher's margins (one for each negative), or its scores (positive first).
/// Requirements: as many negatives for every query.</para>
/// <para>Formula: mean ((s(p) − s(n)) − (t(p) − t(n)))² (Hofstätter et al. 2020, https://arxiv.org/abs/2010.02666).</para>
/// <para>Example: <c>new MarginMSELoss()</c>.</para>
/// </remarks>
public sealed class MarginMSELoss : CrossEncoderLoss
{
    /// <inheritdoc/>
    public override string Wants => "query, positive, negative[, negative …] with the teacher's margins, or its scores, as label";

    /// <inheritdoc/>
    public override CrossEncoderLabels Labels => CrossEncoderLabels.Margins;

    /// <inheritdoc/>
    public override int FewestDocuments => 2;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, IReadOnlyList<CrossEncoderExample> batch, Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(scores);
        int documentCount = DocumentCount.Of(nameof(MarginMSELoss), batch);
        int labelCount = batch[0].Labels.Count;
        if (batch.Any(example => example.Labels.Count != labelCount))
        {
            throw new LossInputException($"{nameof(MarginMSELoss)}: all examples of a batch must have margins, or all of them scores.");
        }

        Tensor expected = TeacherMargins.Of(nameof(MarginMSELoss), new Tensor(new Shape(batch.Count, labelCount), AllLabels(batch)), batch.Count, documentCount - 1);
        Tensor rows = context.Reshape(scores, new Shape(batch.Count, documentCount));
        Tensor margins = context.Subtract(context.Slice(rows, axis: 1, 0, 1), context.Slice(rows, axis: 1, 1, documentCount));
        return context.MseLoss(margins, expected);
    }
}

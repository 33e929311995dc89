using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses.CrossEncoders;

/// <summary>Trains a classifier of pairs, such as entailment, neutral, contradiction.</summary>
/// <remarks>
/// <para>Inputs: <c>sentence1, sentence2</c> with a class number. Requirements: a model with as many labels as there are classes.</para>
/// <para>Formula: mean −ln softmax(s)[class].</para>
/// <para>Example: <c>new CrossEntropyLoss()</c>.</para>
/// </remarks>
public sealed class CrossEntropyLoss : CrossEncoderLoss
{
    /// <inheritdoc/>
    public override string Wants => "sentence1, sentence2 with a class number (0, 1, 2 …) as label";

    /// <inheritdoc/>
    public override CrossEncoderLabels Labels => CrossEncoderLabels.Class;

    /// <inheritdoc/>
    public override int? ScoreCount => null;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, IReadOnlyList<CrossEncoderExample> batch, Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(scores);
        float[] labels = AllLabels(batch);
        if (labels.FirstOrDefault(label => label >= scores.ColumnCount, -1) is >= 0 and float tooLarge)
        {
            throw new LossInputException(FormattableString.Invariant(
                $"{nameof(CrossEntropyLoss)}: the model has {scores.ColumnCount} labels, possible are 0 to {scores.ColumnCount - 1}; found {tooLarge}."));
        }

        return context.CrossEntropy(scores, Array.ConvertAll(labels, label => (int)label));
    }
}

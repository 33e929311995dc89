using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses.CrossEncoders;

/// <summary>Trains the score of a pair to be its label, such as a teacher's score.</summary>
/// <remarks>
/// <para>Inputs: <c>query, document</c> with a score; a query may have several documents with a score each.</para>
/// <para>Formula: mean (s − t)².</para>
/// <para>Relations: <see cref="MarginMSELoss"/> trains differences, which a student can meet more easily.</para>
/// <para>Example: <c>new MSELoss { Activation = Activation.Sigmoid }</c>.</para>
/// </remarks>
public sealed class MSELoss : CrossEncoderLoss
{
    /// <inheritdoc/>
    public override string Wants => "query, document with a score";

    /// <inheritdoc/>
    public override CrossEncoderLabels Labels => CrossEncoderLabels.Score;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, IReadOnlyList<CrossEncoderExample> batch, Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(scores);
        return context.MeanSquaredError(scores, AllLabels(batch));
    }
}

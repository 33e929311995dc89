using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses.CrossEncoders;

/// <summary>Trains the score of a pair to be the log-odds that its texts belong together.</summary>
/// <remarks>
/// <para>In words: every pair is a yes/no question of its own. The usual loss for re-rankers and for similarity from 0 to 1.</para>
/// <para>Inputs: <c>query, document</c> with a label from 0 to 1; a query may have several documents with a label each.</para>
/// <para>Formula: mean −w · t · ln σ(s) − (1 − t) · ln(1 − σ(s)), with w = <see cref="PositiveWeight"/>.</para>
/// <para>Relations: <see cref="MSELoss"/> for numbers in other ranges, <see cref="LambdaLoss"/> for whole lists.</para>
/// <para>Example: <c>new BinaryCrossEntropyLoss { PositiveWeight = 5 }</c> where there are five negatives to a positive.</para>
/// </remarks>
public sealed class BinaryCrossEntropyLoss : CrossEncoderLoss
{
    /// <inheritdoc/>
    public override string Wants => "query, document with a label from 0 to 1";

    /// <inheritdoc/>
    public override CrossEncoderLabels Labels => CrossEncoderLabels.Probability;

    /// <summary>How much a yes counts against a no. Default: 1.</summary>
    public float PositiveWeight { get; init; } = 1;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, IReadOnlyList<CrossEncoderExample> batch, Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(scores);
        BinaryCrossEntropyOptions? options = PositiveWeight == 1 ? null : new() { PosWeight = Enumerable.Repeat(PositiveWeight, scores.ColumnCount).ToArray() };
        return context.BinaryCrossEntropy(scores, AllLabels(batch), options);
    }
}

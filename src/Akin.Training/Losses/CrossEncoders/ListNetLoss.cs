using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses.CrossEncoders;

/// <summary>Makes the softmax of a list's scores that of its labels.</summary>
/// <remarks>
/// <para>Inputs: <c>query, documents</c> (a list) with a list of labels from 0, the larger the more relevant.</para>
/// <para>Formula: the mean over the queries of −Σ softmax(labels) · ln softmax(s) (Cao et al. 2007, "Learning to Rank: From Pairwise Approach to Listwise
/// Approach"). A list of one document counts with 0.</para>
/// <para>Relations: <see cref="LambdaLoss"/> is often better.</para>
/// <para>Example: <c>new ListNetLoss()</c>.</para>
/// </remarks>
/// <param name="miniBatchSize">Pairs scored at a time; <see langword="null"/> (the default) for all at once.</param>
/// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
public sealed class ListNetLoss(int? miniBatchSize = null) : ListwiseLoss(miniBatchSize)
{
    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, IReadOnlyList<CrossEncoderExample> batch, Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(scores);
        Tensor? sum = null;
        foreach ((float[] labels, int start) in Lists(batch))
        {
            Tensor list = context.Reshape(context.Slice(scores, axis: 0, start, start + labels.Length), new Shape(1, labels.Length));
            Tensor targets = context.Softmax(new Tensor(list.Shape, labels));
            Tensor loss = context.CrossEntropy(list, targets);
            sum = sum is null ? loss : context.Add(sum, loss);
        }

        return context.Multiply(sum!, 1f / batch.Count);
    }
}

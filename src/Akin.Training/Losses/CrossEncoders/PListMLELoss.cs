using Akin.Tensors;
using Akin.Tensors.Operations;

namespace Akin.Training.Losses.CrossEncoders;

/// <summary>Makes the right order of a list likely, the first places most of all.</summary>
/// <remarks>
/// <para>In words: documents are drawn one after the other with probabilities by their scores; the right order should come out.</para>
/// <para>Inputs: <c>query, documents</c> (a list, the most relevant first) with a list of labels from 0, one for each document.</para>
/// <para>Formula: the mean over the queries of −Σ w(i) · (s(i) − ln Σ from i on of e^s), with w(i) = 2^(n − i) − 1 brought to sum 1 (Lan et al. 2014,
/// "Position-Aware ListMLE"). The last document has weight 0, and a list of one document counts with 0.</para>
/// <para>Relations: <see cref="ListMLELoss"/> has no weights.</para>
/// <para>Example: <c>new PListMLELoss { KeepsOrder = false }</c> for lists that are not sorted.</para>
/// </remarks>
/// <param name="miniBatchSize">Pairs scored at a time; <see langword="null"/> (the default) for all at once.</param>
/// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
public class PListMLELoss(int? miniBatchSize = null) : ListwiseLoss(miniBatchSize)
{
    /// <summary>Whether the documents are in the right order already, whatever their labels say; otherwise they are sorted by them. Default: yes.</summary>
    public bool KeepsOrder { get; init; } = true;

    /// <inheritdoc/>
    protected override Tensor Compute(ForwardContext context, IReadOnlyList<CrossEncoderExample> batch, Tensor scores)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(scores);
        Tensor? sum = null;
        foreach ((float[] labels, int start) in Lists(batch))
        {
            // From the last place to the first, so that the sums from a place on are sums up to it.
            int[] order = KeepsOrder ? [.. Enumerable.Range(0, labels.Length)] : Descending(labels);
            Tensor list = context.IndexSelect(scores, 0, (int[])[.. order.Reverse().Select(place => start + place)]);
            Tensor chances = context.Subtract(list, context.LogCumSumExp(list, axis: 0));
            float[] weights = [.. Weights(labels.Length).Reverse()];
            Tensor loss = context.Sum(context.Multiply(chances, new Tensor(chances.Shape, weights)));
            sum = sum is null ? loss : context.Add(sum, loss);
        }

        return context.Multiply(sum!, -1f / batch.Count);
    }

    /// <summary>The weight of every place, the first first.</summary>
    private protected virtual float[] Weights(int count)
    {
        // 2^(n - i) - 1, divided by 2ⁿ so that long lists do not overflow.
        double[] weights = [.. Enumerable.Range(1, count).Select(rank => Math.Pow(2, -rank) - Math.Pow(2, -count))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => sum == 0 ? 0 : (float)(weight / sum))];
    }
}

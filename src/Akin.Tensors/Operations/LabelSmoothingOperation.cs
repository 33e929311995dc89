namespace Akin.Tensors.Operations;

/// <summary>Label smoothing (Szegedy et al. 2015, https://arxiv.org/abs/1512.00567, section 7): a share of every target is spread evenly over all classes.</summary>
public static class LabelSmoothingOperation
{
    /// <summary><c>(1 - ε) · loss + ε · mean(-log softmax(logits))</c>, the second mean over the classes of the rows that count.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="loss">The cross-entropy of the same logits and labels.</param>
    /// <param name="logits">Scores, <c>[rows, classes]</c>.</param>
    /// <param name="labels">The right class of every row, <see cref="CrossEntropyOperation.Ignored"/> where it does not count, <c>[rows]</c>.</param>
    /// <param name="smoothing">ε, from 0 to below 1; with 0 the loss itself is given back.</param>
    /// <returns>A single number; NaN when every row is ignored.</returns>
    public static Tensor SmoothLabels(this ForwardContext context, Tensor loss, Tensor logits, ReadOnlyMemory<int> labels, double smoothing)
    {
        if (smoothing == 0)
        {
            return loss;
        }

        // All of the target spread over the classes is what a smoothing of 1 means.
        Tensor spread = context.CrossEntropy(logits, labels, new CrossEntropyOptions { LabelSmoothing = 1 });
        return context.WeightedSum(loss, (float)(1 - smoothing), spread, (float)smoothing);
    }
}

namespace Akin.Tensors.Operations;

/// <summary>Cross-entropy of independent yes/no answers, <c>-t · log σ(x) - (1 - t) · log(1 - σ(x))</c>.</summary>
public static class BinaryCrossEntropyOperation
{
    /// <summary>Compares every logit with its target.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="logits">x, any shape.</param>
    /// <param name="targets">t, probabilities in [0, 1], as many; they must not change before the backward pass.</param>
    /// <param name="options">Weights and reduction. Default: <see cref="BinaryCrossEntropyOptions.Default"/>.</param>
    /// <returns>A single number; without reduction the shape of the logits.</returns>
    /// <exception cref="InvalidBatchException">There are not as many targets as logits, or weights as classes.</exception>
    public static Tensor BinaryCrossEntropy(
        this ForwardContext context, Tensor logits, ReadOnlyMemory<float> targets, BinaryCrossEntropyOptions? options = null)
    {
        options ??= BinaryCrossEntropyOptions.Default;
        if (targets.Length != logits.Shape.ElementCount)
        {
            throw new InvalidBatchException($"There are {targets.Length} targets for logits of shape {logits.Shape}: every number needs one.");
        }

        if (!options.PosWeight.IsEmpty && options.PosWeight.Length != logits.ColumnCount)
        {
            throw new InvalidBatchException($"There are {options.PosWeight.Length} weights for logits of shape {logits.Shape}: every class needs one.");
        }

        // With a = 1 + (w - 1) · t, written so that it neither overflows nor loses small probabilities: (1 - t) · x + a · ln(1 + e⁻ˣ).
        Tensor losses = context.Rent(logits.Shape);
        Span<float> values = losses.Span;
        for (int i = 0; i < values.Length; i++)
        {
            double logit = logits.Span[i];
            double target = targets.Span[i];
            values[i] = (float)(((1 - target) * logit) + (WeightOf(options, target, i) * SoftplusFunction.Softplus(-logit)));
        }

        if (context.Records(logits))
        {
            context.Record(new Node(logits, targets, options, losses));
        }

        return context.Reduce(options.Weight is null ? losses : context.Multiply(losses, options.Weight), options.Reduction);
    }

    private static double WeightOf(BinaryCrossEntropyOptions options, double target, int i) =>
        options.PosWeight.IsEmpty ? 1 : 1 + ((options.PosWeight.Span[i % options.PosWeight.Length] - 1) * target);

    private sealed class Node(Tensor logits, ReadOnlyMemory<float> targets, BinaryCrossEntropyOptions options, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(logits);

        // dx = (1 - t - a · σ(-x)) · dy.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = outputGradient.Span;
            for (int i = 0; i < gradient.Length; i++)
            {
                double target = targets.Span[i];
                double derivative = 1 - target - (WeightOf(options, target, i) * SoftplusFunction.Sigmoid(-logits.Span[i]));
                gradient[i] = (float)(gradient[i] * derivative);
            }

            context.PassOn(outputGradient, logits);
        }
    }
}

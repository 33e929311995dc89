namespace Akin.Tensors.Operations;

/// <summary>Cross-entropy of independent yes/no answers, <c>mean(-t · log σ(x) - (1 - t) · log(1 - σ(x)))</c>.</summary>
public static class BinaryCrossEntropyOperation
{
    /// <summary>Compares every logit with its target.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="logits">x, any shape.</param>
    /// <param name="targets">t, probabilities in [0, 1], as many; they must not change before the backward pass.</param>
    /// <returns>A single number.</returns>
    /// <exception cref="InvalidBatchException">There are not as many targets as logits.</exception>
    public static Tensor BinaryCrossEntropy(this ForwardContext context, Tensor logits, ReadOnlyMemory<float> targets)
    {
        if (targets.Length != logits.Shape.ElementCount)
        {
            throw new InvalidBatchException($"There are {targets.Length} targets for logits of shape {logits.Shape}: every number needs one.");
        }

        // Written as max(x, 0) - x·t + log(1 + e^-|x|), which neither overflows nor loses small probabilities.
        double sum = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            double logit = logits.Span[i];
            sum += Math.Max(logit, 0) - (logit * targets.Span[i]) + Math.Log(1 + Math.Exp(-Math.Abs(logit)));
        }

        Tensor loss = context.Rent(Shape.Scalar);
        loss.Span[0] = (float)(sum / targets.Length);
        if (context.Records(logits))
        {
            context.Record(new Node(logits, targets, loss));
        }

        return loss;
    }

    private sealed class Node(Tensor logits, ReadOnlyMemory<float> targets, Tensor output) : TapeNode(output)
    {
        // dx = (σ(x) - t) · dloss / n.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = context.GradientOf(logits);
            double scale = outputGradient.Span[0] / (double)targets.Length;
            for (int i = 0; i < targets.Length; i++)
            {
                double probability = 1 / (1 + Math.Exp(-logits.Span[i]));
                gradient[i] += (float)((probability - targets.Span[i]) * scale);
            }
        }
    }
}

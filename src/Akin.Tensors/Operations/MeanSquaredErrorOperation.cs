namespace Akin.Tensors.Operations;

/// <summary>The mean squared difference, <c>mean((x - t)²)</c>.</summary>
public static class MeanSquaredErrorOperation
{
    /// <summary>Compares every number with its target.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="values">x, any shape.</param>
    /// <param name="targets">t, as many numbers; they must not change before the backward pass.</param>
    /// <returns>A single number.</returns>
    /// <exception cref="InvalidBatchException">There are not as many targets as numbers.</exception>
    public static Tensor MeanSquaredError(this ForwardContext context, Tensor values, ReadOnlyMemory<float> targets)
    {
        if (targets.Length != values.Shape.ElementCount)
        {
            throw new InvalidBatchException($"There are {targets.Length} targets for values of shape {values.Shape}: every number needs one.");
        }

        double sum = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            double difference = (double)values.Span[i] - targets.Span[i];
            sum += difference * difference;
        }

        Tensor loss = context.Rent(Shape.Scalar);
        loss.Span[0] = (float)(sum / targets.Length);
        if (context.Records(values))
        {
            context.Record(new Node(values, targets, loss));
        }

        return loss;
    }

    private sealed class Node(Tensor values, ReadOnlyMemory<float> targets, Tensor output) : TapeNode(output)
    {
        // dx = 2 · (x - t) · dloss / n.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = context.GradientOf(values);
            float scale = 2 * outputGradient.Span[0] / targets.Length;
            for (int i = 0; i < targets.Length; i++)
            {
                gradient[i] += (values.Span[i] - targets.Span[i]) * scale;
            }
        }
    }
}

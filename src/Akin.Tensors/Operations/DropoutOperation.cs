namespace Akin.Tensors.Operations;

/// <summary>Dropout (Srivastava et al. 2014): in training, numbers become 0 with probability p and the others grow by <c>1 / (1 - p)</c>.</summary>
public static class DropoutOperation
{
    /// <summary>Drops numbers while <see cref="ForwardContext.DropoutSeed"/> is set; otherwise gives the input back.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="probability">p, from 0 to 1.</param>
    /// <returns>The same shape.</returns>
    public static Tensor Dropout(this ForwardContext context, Tensor input, float probability)
    {
        if (!context.Drops(probability))
        {
            return input;
        }

        CounterRandom random = context.NextDropout();
        Tensor output = context.Rent(input.Shape);
        for (int i = 0; i < output.Span.Length; i++)
        {
            output.Span[i] = input.Span[i] * Factor(random, i, probability);
        }

        if (context.Records(input))
        {
            context.Record(new Node(input, random, probability, output));
        }

        return output;
    }

    private static float Factor(CounterRandom random, int index, float probability) =>
        random.Uniform((ulong)index) < probability ? 0 : 1 / (1 - probability);

    private sealed class Node(Tensor input, CounterRandom random, float probability, Tensor output) : TapeNode(output)
    {
        // y = x · m, with m either 0 or 1 / (1 - p):  dx = dy · m. The mask is drawn again: the numbers are found by place.
        public override void Backward(ForwardContext context, ReadOnlySpan<float> outputGradient)
        {
            Span<float> gradient = context.GradientOf(input);
            for (int i = 0; i < gradient.Length; i++)
            {
                gradient[i] += outputGradient[i] * Factor(random, i, probability);
            }
        }
    }
}

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

        ulong mask = context.NextDropoutKey();
        Tensor output = context.Rent(input.Shape);
        Kernels.Dropout.Apply(input.Span, probability, mask, residual: [], output.Span, context.Pool);
        if (context.Records(input))
        {
            context.Record(new Node(input, mask, probability, output));
        }

        return output;
    }

    private sealed class Node(Tensor input, ulong mask, float probability, Tensor output) : TapeNode(output)
    {
        // y = x · m, with m either 0 or 1 / (1 - p):  dx = dy · m. The mask is drawn again: the numbers are found by place.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Kernels.Dropout.Apply(outputGradient.Span, probability, mask, residual: [], outputGradient.Span, context.Pool);
            context.PassOn(outputGradient, input);
        }
    }
}

namespace Akin.Tensors.Operations;

/// <summary>Lines of unit length.</summary>
public static class NormalizeOperation
{
    /// <summary>x / max(|x|, ε), with |x| the p-norm of the line (PyTorch's <c>normalize</c>).</summary>
    /// <remarks>A line of zeros stays zeros; its gradient is dy / ε, which is huge but finite.</remarks>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last. Default: the last, which is fastest for p = 2.</param>
    /// <param name="p">From 1. Default: 2, the Euclidean length.</param>
    /// <param name="epsilon">ε. Default: 1e-12.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension, or p is below 1 or not finite.</exception>
    public static Tensor Normalize(
        this ForwardContext context, Tensor input, int axis = -1, double p = 2, float epsilon = Kernels.Normalize.DefaultEpsilon)
    {
        if (p != 2 || !new Axis(input.Shape, axis).IsLast)
        {
            return context.Divide(input, context.Clamp(context.Norm(input, axis, p, keepsAxis: true), lowest: epsilon));
        }

        Tensor output = context.Rent(input.Shape);
        Kernels.Normalize.Rows(input.Span, input.RowCount, input.ColumnCount, epsilon, output.Span, context.Pool);
        if (context.Records(input))
        {
            context.Record(new Node(epsilon, input, output));
        }

        return output;
    }

    private sealed class Node(float epsilon, Tensor input, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(input);

        // y = x / |x|:  dx = (dy - y · (y · dy)) / |x|, and dy / ε where |x| is below ε.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = outputGradient.Span;
            Kernels.Normalize.Backward(input.Span, input.RowCount, input.ColumnCount, epsilon, gradient, gradient, context.Pool);
            context.PassOn(outputGradient, input);
        }
    }
}

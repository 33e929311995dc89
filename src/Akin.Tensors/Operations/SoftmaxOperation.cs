namespace Akin.Tensors.Operations;

/// <summary>Softmax along one dimension, and its logarithm.</summary>
/// <remarks>As in PyTorch a line of -∞ gives NaN, a line of equal finite numbers is uniform.</remarks>
public static class SoftmaxOperation
{
    /// <summary>e^x / Σ e^x.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last. Default: the last, which is fastest.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public static Tensor Softmax(this ForwardContext context, Tensor input, int axis = -1) => Apply(context, input, axis, isLogarithm: false);

    /// <summary>x - ln Σ e^x.</summary>
    /// <inheritdoc cref="Softmax"/>
    public static Tensor LogSoftmax(this ForwardContext context, Tensor input, int axis = -1) => Apply(context, input, axis, isLogarithm: true);

    private static Tensor Apply(ForwardContext context, Tensor input, int axis, bool isLogarithm)
    {
        if (!new Axis(input.Shape, axis).IsLast)
        {
            return AxisOperation.Apply(context, input, axis, keepsAxis: true, new SoftmaxLine(isLogarithm));
        }

        Tensor output = context.Rent(input.Shape);
        if (isLogarithm)
        {
            Kernels.LogSoftmax.Rows(input.Span, input.RowCount, input.ColumnCount, output.Span, context.Pool);
        }
        else
        {
            Kernels.Softmax.Rows(input.Span, input.RowCount, input.ColumnCount, output.Span, context.Pool);
        }

        if (context.Records(input))
        {
            context.Record(new Node(isLogarithm, input, output));
        }

        return output;
    }

    private sealed class Node(bool isLogarithm, Tensor input, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(input);

        // y = softmax(x):      dxᵢ = yᵢ · (dyᵢ - Σ dy · y).
        // y = log softmax(x):  dxᵢ = dyᵢ - e^yᵢ · Σ dy.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = outputGradient.Span;
            if (isLogarithm)
            {
                Kernels.LogSoftmax.Backward(Output.Span, Output.RowCount, Output.ColumnCount, gradient, gradient, context.Pool);
            }
            else
            {
                Kernels.Softmax.Backward(Output.Span, Output.RowCount, Output.ColumnCount, gradient, gradient, context.Pool);
            }

            context.PassOn(outputGradient, input);
        }
    }
}

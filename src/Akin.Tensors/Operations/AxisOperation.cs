using System.Buffers;
using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>
/// Functions of the numbers along one dimension, computed in double precision. The formulas and their derivatives stand beside each other in
/// LineFunctions.cs.
/// </summary>
public static class AxisOperation
{
    /// <summary>The largest number; the whole gradient goes to the first one of that size, as for PyTorch's <c>max(dim)</c>.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last.</param>
    /// <param name="keepsAxis">Whether the dimension stays, with length 1. Default: it goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    /// <exception cref="ArgumentException">The dimension has no places.</exception>
    public static Tensor Max(this ForwardContext context, Tensor input, int axis, bool keepsAxis = false) =>
        Apply(context, NotEmpty(input, axis), axis, keepsAxis, new MaxLine(isShared: false));

    /// <summary>The largest number; all that are as large share the gradient equally.</summary>
    /// <inheritdoc cref="Max"/>
    public static Tensor AMax(this ForwardContext context, Tensor input, int axis, bool keepsAxis = false) =>
        Apply(context, NotEmpty(input, axis), axis, keepsAxis, new MaxLine(isShared: true));

    /// <summary>(Σ |x|ᵖ)^(1/p); the gradient of a line of zeros is 0.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last. Default: the last.</param>
    /// <param name="p">From 1. Default: 2, the Euclidean length.</param>
    /// <param name="keepsAxis">Whether the dimension stays, with length 1. Default: it goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension, or p is below 1 or not finite.</exception>
    public static Tensor Norm(this ForwardContext context, Tensor input, int axis = -1, double p = 2, bool keepsAxis = false)
    {
        RequireNorm(p);
        return Apply(context, input, axis, keepsAxis, new NormLine(p));
    }

    /// <summary>Π x.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last.</param>
    /// <param name="keepsAxis">Whether the dimension stays, with length 1. Default: it goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public static Tensor Product(this ForwardContext context, Tensor input, int axis, bool keepsAxis = false) =>
        Apply(context, input, axis, keepsAxis, default(ProductLine));

    /// <summary>ln Σ eˣ, without overflow.</summary>
    /// <inheritdoc cref="Product"/>
    public static Tensor LogSumExp(this ForwardContext context, Tensor input, int axis, bool keepsAxis = false) =>
        Apply(context, input, axis, keepsAxis, default(LogSumExpLine));

    /// <summary>The sum up to every place.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public static Tensor CumSum(this ForwardContext context, Tensor input, int axis) =>
        Apply(context, input, axis, keepsAxis: true, default(CumSumLine));

    /// <summary>ln Σ eˣ up to every place.</summary>
    /// <inheritdoc cref="CumSum"/>
    public static Tensor LogCumSumExp(this ForwardContext context, Tensor input, int axis) =>
        Apply(context, input, axis, keepsAxis: true, default(LogCumSumExpLine));

    internal static void RequireNorm(double p)
    {
        if (!(p >= 1 && double.IsFinite(p)))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "A norm is of a finite order from 1 on.");
        }
    }

    internal static Tensor Apply<TFunction>(ForwardContext context, Tensor input, int axis, bool keepsAxis, TFunction function)
        where TFunction : struct, ILineFunction
    {
        Axis dimension = new(input.Shape, axis);
        Tensor output = context.Rent(TFunction.Reduces ? dimension.Reduced(keepsAxis) : input.Shape);
        Run(context, dimension, function, input.Span, output.Span, [], []);
        if (context.Records(input))
        {
            context.Record(new Node<TFunction>(dimension, function, input, output));
        }

        return output;
    }

    private static Tensor NotEmpty(Tensor input, int axis) => new Axis(input.Shape, axis).Length > 0
        ? input
        : throw new ArgumentException($"Dimension {axis} of {input.Shape} has no places: there is no largest number.", nameof(input));

    /// <summary>The forward pass; the backward pass where there is a gradient to add to.</summary>
    private static void Run<TFunction>(
        ForwardContext context, Axis axis, TFunction function, ReadOnlySpan<float> input, Span<float> output, ReadOnlySpan<float> outputGradient, Span<float> gradient)
        where TFunction : struct, ILineFunction
    {
        Body<TFunction> body = new()
        {
            Axis = axis,
            Function = function,
            Input = input,
            Output = output,
            OutputGradient = outputGradient,
            Gradient = gradient,
        };
        context.Pool.For(body.TaskCount, ref body);
    }

    private sealed class Node<TFunction>(Axis axis, TFunction function, Tensor input, Tensor output) : TapeNode(output)
        where TFunction : struct, ILineFunction
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(input);

        // Every line for itself, as its function says. The line's result is computed again: in single precision it would lose digits.
        public override void Backward(ForwardContext context, Tensor outputGradient) =>
            Run(context, axis, function, input.Span, [], outputGradient.Span, context.GradientOf(input));
    }

    private ref struct Body<TFunction> : IParallelBody
        where TFunction : struct, ILineFunction
    {
        private const int NumbersPerTask = 8 * 1024;

        public Axis Axis;
        public TFunction Function;
        public ReadOnlySpan<float> Input;
        public Span<float> Output;
        public ReadOnlySpan<float> OutputGradient;
        public Span<float> Gradient;

        public readonly int TaskCount => (Axis.LineCount + LinesPerTask - 1) / LinesPerTask;

        private readonly int LinesPerTask => Math.Max(1, NumbersPerTask / Math.Max(1, Axis.Length));

        public readonly void Execute(int taskIndex)
        {
            int length = Axis.Length;
            int outputLength = TFunction.Reduces ? 1 : length;
            double[] rented = ArrayPool<double>.Shared.Rent((2 * length) + (2 * outputLength));
            Span<double> x = rented.AsSpan(0, length);
            Span<double> result = rented.AsSpan(length, length);
            Span<double> y = rented.AsSpan(2 * length, outputLength);
            Span<double> dy = rented.AsSpan((2 * length) + outputLength, outputLength);
            for (int line = taskIndex * LinesPerTask; line < Math.Min((taskIndex + 1) * LinesPerTask, Axis.LineCount); line++)
            {
                int start = Axis.LineStart(line);
                int outputStart = TFunction.Reduces ? line : start;
                Gather(Input, start, x);
                Function.Forward(x, y);
                if (Gradient.IsEmpty)
                {
                    for (int i = 0; i < outputLength; i++)
                    {
                        Output[outputStart + (i * Axis.InnerCount)] = (float)y[i];
                    }

                    continue;
                }

                Gather(OutputGradient, outputStart, dy);
                Function.Backward(x, y, dy, result);
                for (int i = 0; i < length; i++)
                {
                    Gradient[start + (i * Axis.InnerCount)] += (float)result[i];
                }
            }

            ArrayPool<double>.Shared.Return(rented);
        }

        private readonly void Gather(ReadOnlySpan<float> values, int start, Span<double> line)
        {
            for (int i = 0; i < line.Length; i++)
            {
                line[i] = values[start + (i * Axis.InnerCount)];
            }
        }
    }
}

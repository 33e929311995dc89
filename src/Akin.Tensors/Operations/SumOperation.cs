using System.Numerics.Tensors;
using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>Sums, means and variances, added up in double precision.</summary>
public static class SumOperation
{
    /// <summary>Σ x of all numbers.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <returns>A single number; 0 when there are none.</returns>
    public static Tensor Sum(this ForwardContext context, Tensor input) => AddUp(context, input, Whole(input), Shape.Scalar, 1);

    /// <summary>Σ x along one dimension.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last.</param>
    /// <param name="keepsAxis">Whether the dimension stays, with length 1. Default: it goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public static Tensor Sum(this ForwardContext context, Tensor input, int axis, bool keepsAxis = false)
    {
        Axis dimension = new(input.Shape, axis);
        return AddUp(context, input, dimension, dimension.Reduced(keepsAxis), 1);
    }

    /// <summary>The mean of all numbers.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <returns>A single number; NaN when there are none.</returns>
    public static Tensor Mean(this ForwardContext context, Tensor input) =>
        AddUp(context, input, Whole(input), Shape.Scalar, 1.0 / input.Shape.ElementCount);

    /// <summary>The mean along one dimension.</summary>
    /// <inheritdoc cref="Sum(ForwardContext, Tensor, int, bool)"/>
    public static Tensor Mean(this ForwardContext context, Tensor input, int axis, bool keepsAxis = false)
    {
        Axis dimension = new(input.Shape, axis);
        return AddUp(context, input, dimension, dimension.Reduced(keepsAxis), 1.0 / dimension.Length);
    }

    /// <summary>Σ (x - mean)² / (n - correction) along one dimension.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last.</param>
    /// <param name="correction">1 (default, as in PyTorch): the unbiased estimate; 0: the mean squared deviation.</param>
    /// <param name="keepsAxis">Whether the dimension stays, with length 1. Default: it goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public static Tensor Variance(this ForwardContext context, Tensor input, int axis, int correction = 1, bool keepsAxis = false)
    {
        Tensor deviation = context.Subtract(input, context.Mean(input, axis, keepsAxis: true));
        Axis dimension = new(input.Shape, axis);
        return AddUp(
            context, context.Square(deviation), dimension, dimension.Reduced(keepsAxis), 1.0 / Math.Max(0, dimension.Length - correction));
    }

    private static Axis Whole(Tensor input) => new(new Shape(input.Span.Length), 0);

    private static Tensor AddUp(ForwardContext context, Tensor input, Axis axis, Shape shape, double factor)
    {
        Tensor output = context.Rent(shape);
        Body body = new() { Axis = axis, Factor = factor, Input = input.Span, Output = output.Span };
        context.Pool.For(body.TaskCount, ref body);
        if (context.Records(input))
        {
            context.Record(new Node(axis, factor, input, output));
        }

        return output;
    }

    private sealed class Node(Axis axis, double factor, Tensor input, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(input);

        // y = a · Σ x:  every dx = a · dy.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = context.GradientOf(input, out bool isFirst);
            if (isFirst && axis.InnerCount > 1)
            {
                gradient.Clear();
            }

            TensorPrimitives.Multiply(outputGradient.Span, (float)factor, outputGradient.Span);
            for (int outer = 0; outer < axis.OuterCount; outer++)
            {
                Span<float> block = gradient.Slice(outer * axis.Length * axis.InnerCount, axis.Length * axis.InnerCount);
                ReadOnlySpan<float> sums = outputGradient.Span.Slice(outer * axis.InnerCount, axis.InnerCount);
                if (isFirst && axis.IsLast)
                {
                    block.Fill(sums[0]);
                }
                else if (axis.IsLast)
                {
                    TensorPrimitives.Add(block, sums[0], block);
                }
                else
                {
                    for (int i = 0; i < axis.Length; i++)
                    {
                        Span<float> row = block.Slice(i * axis.InnerCount, axis.InnerCount);
                        TensorPrimitives.Add(row, sums, row);
                    }
                }
            }
        }
    }

    private ref struct Body : IParallelBody
    {
        private const int NumbersPerTask = 16 * 1024;

        /// <summary>Neighbouring lines that are added up together: their sums fit in the first-level cache.</summary>
        private const int LinesAtOnce = 256;

        public Axis Axis;
        public double Factor;
        public ReadOnlySpan<float> Input;
        public Span<float> Output;

        public readonly int TaskCount => ((Axis.OuterCount + BlocksPerTask - 1) / BlocksPerTask) * PartsPerBlock;

        private readonly int BlocksPerTask => Math.Max(1, NumbersPerTask / Math.Max(1, Axis.Length * Axis.InnerCount));

        private readonly int PartsPerBlock => (Axis.InnerCount + LinesAtOnce - 1) / LinesAtOnce;

        public readonly void Execute(int taskIndex)
        {
            Span<double> sums = stackalloc double[LinesAtOnce];
            (int first, int part) = Math.DivRem(taskIndex, PartsPerBlock);
            int firstLine = part * LinesAtOnce;
            int lineCount = Math.Min(LinesAtOnce, Axis.InnerCount - firstLine);
            for (int outer = first * BlocksPerTask; outer < Math.Min((first + 1) * BlocksPerTask, Axis.OuterCount); outer++)
            {
                ReadOnlySpan<float> block = Input.Slice(outer * Axis.Length * Axis.InnerCount, Axis.Length * Axis.InnerCount);
                if (Axis.IsLast)
                {
                    Output[outer] = (float)(Total(block) * Factor);
                    continue;
                }

                sums.Clear();
                for (int i = 0; i < Axis.Length; i++)
                {
                    ReadOnlySpan<float> row = block.Slice((i * Axis.InnerCount) + firstLine, lineCount);
                    for (int line = 0; line < row.Length; line++)
                    {
                        sums[line] += row[line];
                    }
                }

                for (int line = 0; line < lineCount; line++)
                {
                    Output[(outer * Axis.InnerCount) + firstLine + line] = (float)(sums[line] * Factor);
                }
            }
        }

        /// <summary>Four sums that take turns, so that an addition need not wait for the one before.</summary>
        private static double Total(ReadOnlySpan<float> values)
        {
            double a = 0, b = 0, c = 0, d = 0;
            int i = 0;
            for (; i <= values.Length - 4; i += 4)
            {
                a += values[i];
                b += values[i + 1];
                c += values[i + 2];
                d += values[i + 3];
            }

            for (; i < values.Length; i++)
            {
                a += values[i];
            }

            return a + b + (c + d);
        }
    }
}

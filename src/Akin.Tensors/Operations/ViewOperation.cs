namespace Akin.Tensors.Operations;

/// <summary>Other arrangements of the same numbers: slices, transpositions, repetitions, other shapes. All of them copy.</summary>
public static class ViewOperation
{
    /// <summary>Every <paramref name="step"/>-th place of one dimension, <c>x[…, start:end:step, …]</c>.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last.</param>
    /// <param name="start">The first place.</param>
    /// <param name="end">The place behind the last.</param>
    /// <param name="step">From one place to the next. Default: 1.</param>
    /// <returns>The shape of x with ⌈(end - start) / step⌉ places in that dimension.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension or place.</exception>
    public static Tensor Slice(this ForwardContext context, Tensor input, int axis, int start, int end, int step = 1)
    {
        Axis dimension = new(input.Shape, axis);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        if (start < 0 || start > end || end > dimension.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), start, $"The places {start} to {end} are not in dimension {axis} of {input.Shape}, which has {dimension.Length}.");
        }

        Strides strides = Strides.Of(input.Shape, input.Shape);
        int fromEnd = input.Shape.Rank - Axis.IndexOf(input.Shape, axis);
        int first = start * strides[^fromEnd];
        strides[^fromEnd] *= step;
        return Copy(context, input, dimension.Resized((end - start + step - 1) / step), first, strides);
    }

    /// <summary>Two dimensions exchanged.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="first">A dimension; from 0, or from -1 counted from the last. Default: the last but one.</param>
    /// <param name="second">The other. Default: the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public static Tensor Transpose(this ForwardContext context, Tensor input, int first = -2, int second = -1)
    {
        int[] lengths = input.Shape.ToArray();
        (int a, int b) = (Axis.IndexOf(input.Shape, first), Axis.IndexOf(input.Shape, second));
        (lengths[a], lengths[b]) = (lengths[b], lengths[a]);
        Strides strides = Strides.Of(input.Shape, input.Shape);
        (int fromEndA, int fromEndB) = (lengths.Length - a, lengths.Length - b);
        (strides[^fromEndA], strides[^fromEndB]) = (strides[^fromEndB], strides[^fromEndA]);
        return Copy(context, input, new Shape(lengths), 0, strides);
    }

    /// <summary>Repeats dimensions of length 1, or lacking ones, to fill a larger shape (PyTorch's <c>expand</c>).</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="shape">The larger shape.</param>
    /// <exception cref="ArgumentException">The shape of x does not fit.</exception>
    public static Tensor Expand(this ForwardContext context, Tensor input, Shape shape) =>
        new Broadcast(input.Shape, shape).Shape == shape
            ? Copy(context, input, shape, 0, Strides.Of(input.Shape, shape))
            : throw new ArgumentException($"A tensor of shape {input.Shape} cannot be repeated to the shape {shape}.", nameof(shape));

    /// <summary>The same numbers in the same order with another shape.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="shape">A shape with as many numbers.</param>
    /// <exception cref="ArgumentException">The number of elements differs.</exception>
    public static Tensor Reshape(this ForwardContext context, Tensor input, Shape shape)
    {
        if (shape.ElementCount != input.Shape.ElementCount)
        {
            throw new ArgumentException($"A tensor of shape {input.Shape} cannot take the shape {shape}: it has another number of elements.", nameof(shape));
        }

        Tensor output = context.Rent(shape);
        input.Span.CopyTo(output.Span);
        if (context.Records(input))
        {
            context.Record(new ReshapeNode(input, output));
        }

        return output;
    }

    /// <summary>The same numbers as a constant: no gradient passes. The memory is the same; nothing is copied.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    public static Tensor Detach(this ForwardContext context, Tensor input) => context.Records(input) ? input.View(0, input.Shape) : input;

    private static Tensor Copy(ForwardContext context, Tensor input, Shape shape, int start, Strides strides)
    {
        Tensor output = context.Rent(shape);
        View view = new(Strides.Lengths(shape), strides, start);
        for (int row = 0; row < view.RowCount; row++)
        {
            ReadOnlySpan<float> source = input.Span[view.Row(row)..];
            Span<float> target = output.Span.Slice(row * view.RowLength, view.RowLength);
            if (view.Step == 1)
            {
                source[..target.Length].CopyTo(target);
                continue;
            }

            for (int i = 0; i < target.Length; i++)
            {
                target[i] = source[i * view.Step];
            }
        }

        if (context.Records(input))
        {
            context.Record(new Node(view, input, output));
        }

        return output;
    }

    private sealed class Node(View view, Tensor input, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(input);

        // y[i] = x[place(i)]:  dx[place(i)] += dy[i].
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = context.GradientOf(input);
            for (int row = 0; row < view.RowCount; row++)
            {
                ReadOnlySpan<float> source = outputGradient.Span.Slice(row * view.RowLength, view.RowLength);
                Span<float> target = gradient[view.Row(row)..];
                for (int i = 0; i < source.Length; i++)
                {
                    target[i * view.Step] += source[i];
                }
            }
        }
    }

    private sealed class ReshapeNode(Tensor input, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(input);

        // y = x:  dx = dy.
        public override void Backward(ForwardContext context, Tensor outputGradient) => context.PassOn(outputGradient, input);
    }

    /// <summary>Numbers of a tensor at regular places, in rows.</summary>
    private readonly struct View(Strides lengths, Strides strides, int start)
    {
        public int RowCount => RowLength == 0 ? 0 : lengths[0] * lengths[1] * lengths[2];

        public int RowLength => lengths[3];

        public int Step => strides[3];

        public int Row(int row)
        {
            int place = start;
            for (int i = 2; i >= 0; i--)
            {
                (row, int at) = Math.DivRem(row, lengths[i]);
                place += at * strides[i];
            }

            return place;
        }
    }
}

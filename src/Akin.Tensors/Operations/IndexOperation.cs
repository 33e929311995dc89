namespace Akin.Tensors.Operations;

/// <summary>Numbers picked and placed by index along one dimension. Indices must not change before the backward pass.</summary>
public static class IndexOperation
{
    /// <summary>y[o, j, i] = x[o, index[o, j, i], i], the middle dimension being <paramref name="axis"/>.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last.</param>
    /// <param name="indices">Places in that dimension, as many as the result has numbers: the shape of x with another length there.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension, or an index is not a place in it.</exception>
    /// <exception cref="ArgumentException">The indices are not whole lines.</exception>
    public static Tensor Gather(this ForwardContext context, Tensor input, int axis, ReadOnlyMemory<int> indices)
    {
        Axis dimension = new(input.Shape, axis);
        return Pick(context, input, dimension, new Indices(dimension, indices, WholeLines(dimension, indices.Length), isPerNumber: true));
    }

    /// <summary>y[o, j, i] = x[o, index[j], i], the middle dimension being <paramref name="axis"/>.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last.</param>
    /// <param name="indices">Places in that dimension, in any order and number.</param>
    /// <returns>The shape of x with as many places in that dimension as there are indices.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension, or an index is not a place in it.</exception>
    public static Tensor IndexSelect(this ForwardContext context, Tensor input, int axis, ReadOnlyMemory<int> indices)
    {
        Axis dimension = new(input.Shape, axis);
        return Pick(context, input, dimension, new Indices(dimension, indices, indices.Length, isPerNumber: false));
    }

    /// <summary>A copy of x where y[o, index[o, j, i], i] has become s[o, j, i]; of several for one place the last stays.</summary>
    /// <remarks>The gradient of a place that was overwritten goes to s.</remarks>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last.</param>
    /// <param name="indices">Places in that dimension, as many as s has numbers.</param>
    /// <param name="source">s, the shape of x but for the length of that dimension.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension, or an index is not a place in it.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor Scatter(this ForwardContext context, Tensor input, int axis, ReadOnlyMemory<int> indices, Tensor source) =>
        Place(context, input, axis, indices, source, isPerNumber: true, adds: false);

    /// <summary>A copy of x where s[o, j, i] is added to y[o, index[o, j, i], i].</summary>
    /// <inheritdoc cref="Scatter"/>
    public static Tensor ScatterAdd(this ForwardContext context, Tensor input, int axis, ReadOnlyMemory<int> indices, Tensor source) =>
        Place(context, input, axis, indices, source, isPerNumber: true, adds: true);

    /// <summary>A copy of x where s[o, j, i] is added to y[o, index[j], i].</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last.</param>
    /// <param name="indices">Places in that dimension, as many as s has places there.</param>
    /// <param name="source">s, the shape of x but for the length of that dimension.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension, or an index is not a place in it.</exception>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static Tensor IndexAdd(this ForwardContext context, Tensor input, int axis, ReadOnlyMemory<int> indices, Tensor source) =>
        Place(context, input, axis, indices, source, isPerNumber: false, adds: true);

    private static int WholeLines(Axis dimension, int count) => dimension.LineCount > 0 && count % dimension.LineCount == 0
        ? count / dimension.LineCount
        : throw new ArgumentException($"{count} indices are not whole lines: there are {dimension.LineCount} of them.", nameof(count));

    private static Tensor Pick(ForwardContext context, Tensor input, Axis dimension, Indices indices)
    {
        Tensor output = context.Rent(dimension.Resized(indices.Length));
        ReadOnlySpan<float> x = input.Span;
        for (int row = 0; row < indices.RowCount; row++)
        {
            Span<float> y = indices.Row(output.Span, row);
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = x[indices.PlaceOf(row, i)];
            }
        }

        if (context.Records(input))
        {
            context.Record(new PickNode(indices, input, output));
        }

        return output;
    }

    private static Tensor Place(
        ForwardContext context, Tensor input, int axis, ReadOnlyMemory<int> values, Tensor source, bool isPerNumber, bool adds)
    {
        Axis dimension = new(input.Shape, axis);
        int length = new Axis(source.Shape, axis).Length;
        int expected = isPerNumber ? source.Span.Length : length;
        if (dimension.Resized(length) != source.Shape || values.Length != expected)
        {
            throw new ArgumentException(
                $"A source of shape {source.Shape} with {values.Length} indices does not fit dimension {axis} of {input.Shape}: the other dimensions must be alike, and there must be {expected} indices.",
                nameof(source));
        }

        Indices indices = new(dimension, values, length, isPerNumber);
        Tensor output = context.Rent(input.Shape);
        input.Span.CopyTo(output.Span);
        Span<float> y = output.Span;
        for (int row = 0; row < indices.RowCount; row++)
        {
            ReadOnlySpan<float> s = indices.Row(source.Span, row);
            for (int i = 0; i < s.Length; i++)
            {
                ref float place = ref y[indices.PlaceOf(row, i)];
                place = adds ? place + s[i] : s[i];
            }
        }

        if (context.Records(input) || context.Records(source))
        {
            context.Record(new PlaceNode(indices, input, source, adds, output));
        }

        return output;
    }

    private sealed class PickNode(Indices indices, Tensor input, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(input);

        // y[i] = x[place(i)]:  dx[place(i)] += dy[i].
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = context.GradientOf(input);
            for (int row = 0; row < indices.RowCount; row++)
            {
                ReadOnlySpan<float> dy = indices.Row(outputGradient.Span, row);
                for (int i = 0; i < dy.Length; i++)
                {
                    gradient[indices.PlaceOf(row, i)] += dy[i];
                }
            }
        }
    }

    private sealed class PlaceNode(Indices indices, Tensor input, Tensor source, bool adds, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(input, source);

        // y = x, then y[place(i)] = s[i], or += s[i]:  ds[i] = dy[place(i)];  dx = dy, or 0 where it was overwritten.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> dy = outputGradient.Span;
            Span<float> gradient = context.GradientOf(source);
            for (int row = 0; row < indices.RowCount && !gradient.IsEmpty; row++)
            {
                Span<float> ds = indices.Row(gradient, row);
                for (int i = 0; i < ds.Length; i++)
                {
                    ds[i] += dy[indices.PlaceOf(row, i)];
                }
            }

            for (int row = 0; row < indices.RowCount && !adds; row++)
            {
                for (int i = 0; i < indices.RowLength; i++)
                {
                    dy[indices.PlaceOf(row, i)] = 0;
                }
            }

            context.PassOn(outputGradient, input);
        }
    }

    /// <summary>From a number of the tensor that is not indexed, seen as rows of inner numbers, to its place in the indexed one.</summary>
    private readonly struct Indices
    {
        private readonly Axis _axis;
        private readonly ReadOnlyMemory<int> _values;
        private readonly bool _isPerNumber;

        public Indices(Axis axis, ReadOnlyMemory<int> values, int length, bool isPerNumber)
        {
            (_axis, _values, Length, _isPerNumber) = (axis, values, length, isPerNumber);
            ReadOnlySpan<int> places = values.Span;
            for (int i = 0; i < places.Length; i++)
            {
                if ((uint)places[i] >= (uint)axis.Length)
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(values), places[i], $"Index {i} is {places[i]}, but the dimension has the places 0 to {axis.Length - 1}.");
                }
            }
        }

        /// <summary>Places in the dimension, of the tensor that is not indexed.</summary>
        public int Length { get; }

        public int RowCount => _axis.OuterCount * Length;

        public int RowLength => _axis.InnerCount;

        public Span<float> Row(Span<float> values, int row) => values.Slice(row * RowLength, RowLength);

        public int PlaceOf(int row, int i)
        {
            int outer = row / Length;
            int index = _values.Span[_isPerNumber ? (row * RowLength) + i : row - (outer * Length)];
            return (((outer * _axis.Length) + index) * RowLength) + i;
        }
    }
}

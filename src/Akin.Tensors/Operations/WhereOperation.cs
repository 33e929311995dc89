namespace Akin.Tensors.Operations;

/// <summary>Numbers chosen by a mask, which must not change before the backward pass.</summary>
public static class WhereOperation
{
    /// <summary>a where the mask is true, b elsewhere.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="mask">As many values as the result has numbers.</param>
    /// <param name="left">a.</param>
    /// <param name="right">b, of a shape that fits a's.</param>
    /// <returns>The shape both are broadcast to.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other, or the mask has another length.</exception>
    public static Tensor Where(this ForwardContext context, ReadOnlyMemory<bool> mask, Tensor left, Tensor right)
    {
        Broadcast broadcast = new(left.Shape, right.Shape);
        if (mask.Length != broadcast.Shape.ElementCount)
        {
            throw new ArgumentException($"A mask of {mask.Length} values does not fit the shape {broadcast.Shape}.", nameof(mask));
        }

        Tensor output = context.Rent(broadcast.Shape);
        for (int row = 0; row < broadcast.RowCount; row++)
        {
            (int leftStart, int rightStart) = broadcast.Row(row);
            ReadOnlySpan<float> a = left.Span[leftStart..];
            ReadOnlySpan<float> b = right.Span[rightStart..];
            ReadOnlySpan<bool> choices = mask.Span.Slice(row * broadcast.RowLength, broadcast.RowLength);
            Span<float> y = output.Span.Slice(row * broadcast.RowLength, broadcast.RowLength);
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = choices[i] ? a[i * broadcast.LeftStep] : b[i * broadcast.RightStep];
            }
        }

        if (context.Records(left) || context.Records(right))
        {
            context.Record(new Node(broadcast, mask, left, right, output));
        }

        return output;
    }

    /// <summary>A number where the mask is true, x elsewhere.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="input">x, any shape.</param>
    /// <param name="mask">As many values as x has numbers.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentException">The mask has another length.</exception>
    public static Tensor MaskedFill(this ForwardContext context, Tensor input, ReadOnlyMemory<bool> mask, float value) =>
        context.Where(mask, new Tensor(Shape.Scalar, [value]), input);

    private sealed class Node(Broadcast broadcast, ReadOnlyMemory<bool> mask, Tensor left, Tensor right, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(left, right);

        // da = dy where the mask is true, db = dy elsewhere, each summed over what was broadcast.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Add(outputGradient, context.GradientOf(left), isLeft: true, broadcast.LeftStep);
            Add(outputGradient, context.GradientOf(right), isLeft: false, broadcast.RightStep);
        }

        private void Add(Tensor outputGradient, Span<float> gradient, bool isLeft, int step)
        {
            for (int row = 0; row < broadcast.RowCount && !gradient.IsEmpty; row++)
            {
                (int leftStart, int rightStart) = broadcast.Row(row);
                Span<float> target = gradient[(isLeft ? leftStart : rightStart)..];
                ReadOnlySpan<bool> choices = mask.Span.Slice(row * broadcast.RowLength, broadcast.RowLength);
                ReadOnlySpan<float> dy = outputGradient.Span.Slice(row * broadcast.RowLength, broadcast.RowLength);
                for (int i = 0; i < dy.Length; i++)
                {
                    if (choices[i] == isLeft)
                    {
                        target[i * step] += dy[i];
                    }
                }
            }
        }
    }
}

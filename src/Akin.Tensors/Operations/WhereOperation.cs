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
        Span<float> result = output.Span;
        ReadOnlySpan<bool> choices = mask.Span;
        for (int i = 0; i < result.Length; i++)
        {
            (int leftPlace, int rightPlace) = PlacesOf(broadcast, i);
            result[i] = choices[i] ? left.Span[leftPlace] : right.Span[rightPlace];
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

    private static (int Left, int Right) PlacesOf(Broadcast broadcast, int i)
    {
        (int row, int place) = Math.DivRem(i, broadcast.RowLength);
        (int left, int right) = broadcast.Row(row);
        return (left + (place * broadcast.LeftStep), right + (place * broadcast.RightStep));
    }

    private sealed class Node(Broadcast broadcast, ReadOnlyMemory<bool> mask, Tensor left, Tensor right, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(left, right);

        // da = dy where the mask is true, db = dy elsewhere, each summed over what was broadcast.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            ReadOnlySpan<float> dy = outputGradient.Span;
            ReadOnlySpan<bool> choices = mask.Span;
            Span<float> leftGradient = context.GradientOf(left);
            Span<float> rightGradient = context.GradientOf(right);
            for (int i = 0; i < dy.Length; i++)
            {
                (int leftPlace, int rightPlace) = PlacesOf(broadcast, i);
                if (choices[i] && !leftGradient.IsEmpty)
                {
                    leftGradient[leftPlace] += dy[i];
                }
                else if (!choices[i] && !rightGradient.IsEmpty)
                {
                    rightGradient[rightPlace] += dy[i];
                }
            }
        }
    }
}

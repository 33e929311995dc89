using System.Numerics.Tensors;

namespace Akin.Tensors.Operations;

/// <summary>The weighted sum of two tensors, such as two losses.</summary>
public static class WeightedSumOperation
{
    /// <summary><c>leftWeight · left + rightWeight · right</c>.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="left">Any shape.</param>
    /// <param name="leftWeight">Its factor.</param>
    /// <param name="right">The same shape.</param>
    /// <param name="rightWeight">Its factor.</param>
    /// <returns>The same shape.</returns>
    public static Tensor WeightedSum(this ForwardContext context, Tensor left, float leftWeight, Tensor right, float rightWeight)
    {
        Tensor output = context.Rent(left.Shape);
        TensorPrimitives.Multiply(left.Span, leftWeight, output.Span);
        TensorPrimitives.FusedMultiplyAdd(right.Span, rightWeight, output.Span, output.Span);
        if (context.Records(left) || context.Records(right))
        {
            context.Record(new Node(left, leftWeight, right, rightWeight, output));
        }

        return output;
    }

    private sealed class Node(Tensor left, float leftWeight, Tensor right, float rightWeight, Tensor output) : TapeNode(output)
    {
        // y = a·l + b·r:  dl = a·dy,  dr = b·dy.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            AddScaled(outputGradient.Span, leftWeight, context.GradientOf(left));
            AddScaled(outputGradient.Span, rightWeight, context.GradientOf(right));
        }

        private static void AddScaled(ReadOnlySpan<float> values, float factor, Span<float> sum)
        {
            if (!sum.IsEmpty)
            {
                TensorPrimitives.FusedMultiplyAdd(values, factor, sum, sum);
            }
        }
    }
}

namespace Akin.Tensors.Operations;

/// <summary>Tensors one behind the other.</summary>
public static class ConcatenateOperation
{
    /// <summary>Joins tensors along one dimension (PyTorch's <c>cat</c>).</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="axis">The dimension; from 0, or from -1 counted from the last.</param>
    /// <param name="inputs">One or more tensors, of equal lengths in all other dimensions.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    /// <exception cref="ArgumentException">There is no tensor, or the other lengths differ.</exception>
    public static Tensor Concatenate(this ForwardContext context, int axis, params ReadOnlySpan<Tensor> inputs)
    {
        if (inputs.IsEmpty)
        {
            throw new ArgumentException("There is nothing to join.", nameof(inputs));
        }

        Axis first = new(inputs[0].Shape, axis);
        int length = 0;
        bool records = false;
        foreach (Tensor input in inputs)
        {
            Axis dimension = new(input.Shape, axis);
            if (dimension.Resized(first.Length) != inputs[0].Shape)
            {
                throw new ArgumentException(
                    $"Tensors of shapes {inputs[0].Shape} and {input.Shape} cannot be joined along dimension {axis}: the others must be alike.", nameof(inputs));
            }

            length += dimension.Length;
            records |= context.Records(input);
        }

        Tensor output = context.Rent(first.Resized(length));
        int outputSize = length * first.InnerCount; // numbers of an outer block
        int start = 0;
        foreach (Tensor input in inputs)
        {
            int size = new Axis(input.Shape, axis).Length * first.InnerCount;
            for (int outer = 0; outer < first.OuterCount; outer++)
            {
                input.Span.Slice(outer * size, size).CopyTo(output.Span[((outer * outputSize) + start)..]);
            }

            start += size;
        }

        if (records)
        {
            context.Record(new Node(first.OuterCount, outputSize, inputs.ToArray(), output));
        }

        return output;
    }

    private sealed class Node(int outerCount, int outputSize, Tensor[] inputs, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(inputs);

        // Every input gets its own part:  dx += dy[of x].
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            int start = 0;
            foreach (Tensor input in inputs)
            {
                int size = outerCount == 0 ? 0 : input.Span.Length / outerCount;
                Span<float> gradient = context.GradientOf(input);
                for (int outer = 0; !gradient.IsEmpty && outer < outerCount; outer++)
                {
                    Kernels.VectorMath.Add(outputGradient.Span.Slice((outer * outputSize) + start, size), gradient.Slice(outer * size, size));
                }

                start += size;
            }
        }
    }
}

using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>One vector for every sequence, made of its token vectors.</summary>
public static class PoolingOperation
{
    /// <summary>Pools every sequence in one or more ways and puts the results side by side.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="tokens">Token vectors, <c>[tokens, size]</c>.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="modes">How; at least one.</param>
    /// <returns><c>[sequences, modes · size]</c>; zeros for a sequence without tokens.</returns>
    /// <exception cref="ArgumentException">No mode is given, or the token vectors are not those of the batch.</exception>
    public static Tensor Pool(this ForwardContext context, Tensor tokens, RaggedBatch batch, params ReadOnlySpan<PoolingMode> modes)
    {
        if (modes.IsEmpty)
        {
            throw new ArgumentException("A way to pool must be given.", nameof(modes));
        }

        int size = tokens.ColumnCount;
        Tensor output = context.Rent(new Shape(batch.SequenceCount, modes.Length * size));
        for (int mode = 0; mode < modes.Length && batch.SequenceCount > 0; mode++)
        {
            Pooling.Forward(modes[mode], tokens.Span, size, batch.Offsets.Span, output.Span[(mode * size)..], output.ColumnCount, context.Pool);
        }

        if (context.Records(tokens))
        {
            context.Record(new Node(tokens, batch, modes.ToArray(), output));
        }

        return output;
    }

    private sealed class Node(Tensor tokens, RaggedBatch batch, PoolingMode[] modes, Tensor output) : TapeNode(output)
    {
        public override IReadOnlyList<Tensor> Weights => WeightsAmong(tokens);

        // Every token gets its share of dy: all of it (first, last), that of its numbers which were the largest, or its weight in the mean. Modes add up.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            int size = tokens.ColumnCount;
            Span<float> gradient = context.GradientOf(tokens);
            for (int mode = 0; mode < modes.Length && batch.SequenceCount > 0; mode++)
            {
                Pooling.Backward(
                    modes[mode], tokens.Span, size, batch.Offsets.Span, outputGradient.Span[(mode * size)..], Output.ColumnCount, gradient, context.Pool);
            }
        }
    }
}

using System.Numerics.Tensors;

namespace Akin.Tensors.Operations;

/// <summary>The vector of every sequence's first token: what poolers and classification heads read.</summary>
public static class FirstTokensOperation
{
    /// <summary>Picks the first token of every sequence.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="tokens">Token vectors, <c>[tokens, size]</c>.</param>
    /// <param name="batch">The sequences.</param>
    /// <returns><c>[sequences, size]</c>; zeros for a sequence without tokens.</returns>
    public static Tensor FirstTokens(this ForwardContext context, Tensor tokens, RaggedBatch batch)
    {
        Tensor output = context.Rent(new Shape(batch.SequenceCount, tokens.ColumnCount));
        ReadOnlySpan<int> offsets = batch.Offsets.Span;
        for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
        {
            if (batch.Length(sequence) == 0)
            {
                output.Row(sequence).Clear();
            }
            else
            {
                tokens.Row(offsets[sequence]).CopyTo(output.Row(sequence));
            }
        }

        if (context.Records(tokens))
        {
            context.Record(new Node(tokens, batch, output));
        }

        return output;
    }

    private sealed class Node(Tensor tokens, RaggedBatch batch, Tensor output) : TapeNode(output)
    {
        // y[s] = x[first(s)]:  dx[first(s)] += dy[s].
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = context.GradientOf(tokens);
            ReadOnlySpan<int> offsets = batch.Offsets.Span;
            int size = tokens.ColumnCount;
            for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
            {
                if (batch.Length(sequence) > 0)
                {
                    Span<float> first = gradient.Slice(offsets[sequence] * size, size);
                    TensorPrimitives.Add(first, outputGradient.Row(sequence), first);
                }
            }
        }
    }
}

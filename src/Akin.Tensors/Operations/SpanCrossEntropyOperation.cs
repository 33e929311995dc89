using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>Cross-entropy over the tokens of every sequence: which token does an answer start at?</summary>
public static class SpanCrossEntropyOperation
{
    /// <summary><c>-mean(log softmax(scores of the sequence)[position])</c> over the sequences whose position exists.</summary>
    /// <remarks>
    /// A negative position counts as 0; a position beyond the end of its sequence (an answer that was cut off) is ignored. The softmax runs over the
    /// sequence's own tokens only: a program that pads runs it over the padding too, so that its loss depends on the width of the batch.
    /// </remarks>
    /// <param name="context">The running pass.</param>
    /// <param name="scores">A score for every token, <c>[tokens]</c>.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="positions">The right token of every sequence, from 0, <c>[sequences]</c>; they must not change before the backward pass.</param>
    /// <returns>A single number; NaN when every sequence is ignored.</returns>
    /// <exception cref="InvalidBatchException">There are not as many positions as sequences.</exception>
    public static Tensor SpanCrossEntropy(this ForwardContext context, Tensor scores, RaggedBatch batch, ReadOnlyMemory<int> positions)
    {
        if (positions.Length != batch.SequenceCount)
        {
            throw new InvalidBatchException($"There are {positions.Length} answer positions for {batch.SequenceCount} sequences.");
        }

        ReadOnlySpan<int> offsets = batch.Offsets.Span;
        Tensor logProbabilities = context.Rent(scores.Shape);
        double sum = 0;
        int count = 0;
        for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
        {
            Range tokens = offsets[sequence]..offsets[sequence + 1];
            int position = Math.Max(0, positions.Span[sequence]);
            if (position < batch.Length(sequence))
            {
                LogSoftmax.Rows(scores.Span[tokens], 1, batch.Length(sequence), logProbabilities.Span[tokens], context.Pool);
                sum -= logProbabilities.Span[offsets[sequence] + position];
                count++;
            }
        }

        Tensor loss = context.Rent(Shape.Scalar);
        loss.Span[0] = (float)(sum / count);
        if (context.Records(scores))
        {
            context.Record(new Node(scores, batch, positions, logProbabilities, count, loss));
        }

        return loss;
    }

    private sealed class Node(
        Tensor scores, RaggedBatch batch, ReadOnlyMemory<int> positions, Tensor logProbabilities, int count, Tensor output)
        : TapeNode(output, logProbabilities)
    {
        // For a sequence that counts:  dx = (softmax(x) - onehot(position)) · dloss / count.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = context.GradientOf(scores);
            ReadOnlySpan<int> offsets = batch.Offsets.Span;
            float scale = outputGradient.Span[0] / count;
            for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
            {
                int position = Math.Max(0, positions.Span[sequence]);
                if (position < batch.Length(sequence))
                {
                    for (int token = offsets[sequence]; token < offsets[sequence + 1]; token++)
                    {
                        gradient[token] += MathF.Exp(logProbabilities.Span[token]) * scale;
                    }

                    gradient[offsets[sequence] + position] -= scale;
                }
            }
        }
    }
}

using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>The mean negative log-likelihood of the right class, <c>-mean(log softmax(logits)[label])</c>.</summary>
public static class CrossEntropyOperation
{
    /// <summary>The label of a row that does not count, as in PyTorch.</summary>
    public const int Ignored = -100;

    /// <summary>Cross-entropy over the rows whose label is not <see cref="Ignored"/>.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="logits">Scores, <c>[rows, classes]</c>.</param>
    /// <param name="labels">The right class of every row, <c>[rows]</c>; they must not change before the backward pass.</param>
    /// <returns>A single number; NaN when every row is ignored, as in PyTorch.</returns>
    /// <exception cref="InvalidBatchException">A label is not a class, or there are not as many labels as rows.</exception>
    public static Tensor CrossEntropy(this ForwardContext context, Tensor logits, ReadOnlyMemory<int> labels)
    {
        int classCount = logits.ColumnCount;
        if (labels.Length != logits.RowCount)
        {
            throw new InvalidBatchException($"There are {labels.Length} labels for logits of shape {logits.Shape}: every row needs one.");
        }

        Tensor logProbabilities = context.Rent(logits.Shape);
        LogSoftmax.Rows(logits.Span, logits.RowCount, classCount, logProbabilities.Span, context.Pool);
        double sum = 0;
        int count = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            int label = labels.Span[row];
            if (label == Ignored)
            {
                continue;
            }

            if ((uint)label >= (uint)classCount)
            {
                throw new InvalidBatchException(
                    $"Row {row} has label {label}: possible are 0 to {classCount - 1}, and {Ignored} for a row that does not count.");
            }

            sum -= logProbabilities.Row(row)[label];
            count++;
        }

        Tensor loss = context.Rent(Shape.Scalar);
        loss.Span[0] = (float)(sum / count);
        if (context.Records(logits))
        {
            context.Record(new Node(logits, labels, logProbabilities, count, loss));
        }

        return loss;
    }

    private sealed class Node(Tensor logits, ReadOnlyMemory<int> labels, Tensor logProbabilities, int count, Tensor output)
        : TapeNode(output, logProbabilities)
    {
        // For a row that counts:  dx = (softmax(x) - onehot(label)) · dloss / count.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = context.GradientOf(logits);
            float scale = outputGradient.Span[0] / count;
            int classCount = logits.ColumnCount;
            for (int row = 0; row < labels.Length; row++)
            {
                int label = labels.Span[row];
                if (label == Ignored)
                {
                    continue;
                }

                Span<float> probabilities = logProbabilities.Row(row);
                VectorMath.Exp(probabilities, probabilities);
                Span<float> rowGradient = gradient.Slice(row * classCount, classCount);
                for (int i = 0; i < classCount; i++)
                {
                    rowGradient[i] += probabilities[i] * scale;
                }

                rowGradient[label] -= scale;
            }
        }
    }
}

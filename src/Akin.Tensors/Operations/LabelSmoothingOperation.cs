using Akin.Kernels;

namespace Akin.Tensors.Operations;

/// <summary>Label smoothing (Szegedy et al. 2015, https://arxiv.org/abs/1512.00567, section 7): a share of every target is spread evenly over all classes.</summary>
public static class LabelSmoothingOperation
{
    /// <summary><c>(1 - ε) · loss + ε · mean(-log softmax(logits))</c>, the second mean over the classes of the rows that count.</summary>
    /// <param name="context">The running pass.</param>
    /// <param name="loss">The cross-entropy of the same logits and labels.</param>
    /// <param name="logits">Scores, <c>[rows, classes]</c>.</param>
    /// <param name="labels">The right class of every row, <see cref="CrossEntropyOperation.Ignored"/> where it does not count, <c>[rows]</c>.</param>
    /// <param name="smoothing">ε, from 0 to below 1; with 0 the loss itself is given back.</param>
    /// <returns>A single number; NaN when every row is ignored.</returns>
    public static Tensor SmoothLabels(this ForwardContext context, Tensor loss, Tensor logits, ReadOnlyMemory<int> labels, double smoothing)
    {
        if (smoothing == 0)
        {
            return loss;
        }

        Tensor logProbabilities = context.Rent(logits.Shape);
        LogSoftmax.Rows(logits.Span, logits.RowCount, logits.ColumnCount, logProbabilities.Span, context.Pool);
        double sum = 0;
        int count = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            if (labels.Span[row] != CrossEntropyOperation.Ignored)
            {
                foreach (float logProbability in logProbabilities.Row(row))
                {
                    sum -= logProbability;
                }

                count += logits.ColumnCount;
            }
        }

        Tensor spread = context.Rent(Shape.Scalar);
        spread.Span[0] = (float)(sum / count);
        if (context.Records(logits))
        {
            context.Record(new Node(logits, labels, logProbabilities, count, spread));
        }

        return context.WeightedSum(loss, (float)(1 - smoothing), spread, (float)smoothing);
    }

    private sealed class Node(Tensor logits, ReadOnlyMemory<int> labels, Tensor logProbabilities, int count, Tensor output)
        : TapeNode(output, logProbabilities)
    {
        // For a row that counts, with K classes:  dx = (K · softmax(x) - 1) · dloss / count.
        public override void Backward(ForwardContext context, Tensor outputGradient)
        {
            Span<float> gradient = context.GradientOf(logits);
            int classCount = logits.ColumnCount;
            float scale = outputGradient.Span[0] / count;
            for (int row = 0; row < labels.Length; row++)
            {
                if (labels.Span[row] == CrossEntropyOperation.Ignored)
                {
                    continue;
                }

                Span<float> probabilities = logProbabilities.Row(row);
                VectorMath.Exp(probabilities, probabilities);
                for (int i = 0; i < classCount; i++)
                {
                    gradient[(row * classCount) + i] += ((classCount * probabilities[i]) - 1) * scale;
                }
            }
        }
    }
}

namespace Akin.Training.Evaluation;

/// <summary>The best accuracy and the best F1 that any threshold on a score reaches.</summary>
/// <remarks>
/// A threshold lies halfway between neighbouring distinct scores, or on the last one; of equally good ones the strictest is taken. That no pair at all is positive
/// may win on accuracy: then the threshold is the next float32 beyond the best score.
/// </remarks>
internal sealed record BinaryThresholds(double Accuracy, double AccuracyThreshold, double F1, double F1Threshold, double Precision, double Recall)
{
    /// <param name="positive">Whether each example is positive.</param>
    /// <param name="scores">The score of each example; higher is more positive.</param>
    public static BinaryThresholds Find(ReadOnlySpan<bool> positive, ReadOnlySpan<double> scores)
    {
        double[] sorted = scores.ToArray();
        bool[] labels = positive.ToArray();
        Array.Sort(sorted, labels);
        Array.Reverse(sorted);
        Array.Reverse(labels);
        int positives = labels.Count(label => label);
        BinaryThresholds best = new((double)(labels.Length - positives) / labels.Length, MathF.BitIncrement((float)sorted[0]), 0, 0, 0, 0);
        int hits = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            hits += labels[i] ? 1 : 0;
            bool isLast = i == sorted.Length - 1;
            if (!isLast && sorted[i + 1] == sorted[i])
            {
                continue;
            }

            double threshold = isLast ? sorted[i] : (sorted[i] + sorted[i + 1]) / 2;
            int taken = i + 1;
            double accuracy = (double)(hits + labels.Length - taken - (positives - hits)) / labels.Length;
            if (accuracy > best.Accuracy)
            {
                best = best with { Accuracy = accuracy, AccuracyThreshold = threshold };
            }

            // 2·precision·recall / (precision + recall) without dividing twice.
            double f1 = 2.0 * hits / (taken + positives);
            if (f1 > best.F1)
            {
                best = best with { F1 = f1, F1Threshold = threshold, Precision = (double)hits / taken, Recall = (double)hits / positives };
            }
        }

        return best;
    }
}

namespace Akin.Training.Metrics;

/// <summary>Precision, recall and their harmonic mean, each 0 … 1. A share of nothing (0/0) counts as 0.</summary>
/// <param name="Precision">The share of what was predicted that is right.</param>
/// <param name="Recall">The share of what is right that was predicted.</param>
/// <param name="F1">2·P·R / (P + R).</param>
public readonly record struct PrecisionRecallF1(double Precision, double Recall, double F1)
{
    /// <summary>The scores that follow from three counts.</summary>
    /// <param name="hits">Predicted and right.</param>
    /// <param name="predicted">All that was predicted.</param>
    /// <param name="expected">All that is right.</param>
    public static PrecisionRecallF1 FromCounts(double hits, double predicted, double expected) =>
        new(Share(hits, predicted), Share(hits, expected), Share(2 * hits, predicted + expected));

    /// <summary>The unweighted mean of scores, 0 of none.</summary>
    internal static PrecisionRecallF1 Mean(IReadOnlyCollection<PrecisionRecallF1> scores) => Mean(scores, [.. scores.Select(_ => 1.0)]);

    /// <summary>The mean of scores under weights, 0 when the weights sum to 0.</summary>
    internal static PrecisionRecallF1 Mean(IReadOnlyCollection<PrecisionRecallF1> scores, IReadOnlyList<double> weights)
    {
        double precision = 0;
        double recall = 0;
        double f1 = 0;
        int index = 0;
        foreach (PrecisionRecallF1 score in scores)
        {
            double weight = weights[index++];
            precision += weight * score.Precision;
            recall += weight * score.Recall;
            f1 += weight * score.F1;
        }

        double total = weights.Sum();
        return new PrecisionRecallF1(Share(precision, total), Share(recall, total), Share(f1, total));
    }

    private static double Share(double part, double whole) => whole == 0 ? 0 : part / whole;
}

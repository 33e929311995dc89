namespace Akin.Training.Metrics;

/// <summary>Metrics of scores and probabilities rather than of decisions, with the definitions of scikit-learn.</summary>
public static class ScoreMetrics
{
    /// <summary>The area under the ROC curve: the chance that a positive example scores above a negative one, ties counting half.</summary>
    /// <param name="positive">Whether each example is positive, <c>[examples]</c>.</param>
    /// <param name="scores">The score of each example, higher meaning more positive, <c>[examples]</c>.</param>
    /// <returns>0 … 1; NaN when all examples are positive, or none is.</returns>
    /// <exception cref="ArgumentException">The lists differ in length, are empty, or a score is NaN.</exception>
    public static double RocAuc(ReadOnlySpan<bool> positive, ReadOnlySpan<double> scores)
    {
        CurvePoint[] curve = RocCurve(positive, scores);
        double area = 0;
        for (int i = 1; i < curve.Length; i++)
        {
            area += (curve[i].X - curve[i - 1].X) * (curve[i].Y + curve[i - 1].Y) / 2;
        }

        return area;
    }

    /// <summary>The ROC curve from (0, 0) at threshold +∞ to (1, 1): false positive rate against true positive rate, one point per distinct score.</summary>
    /// <inheritdoc cref="RocAuc"/>
    public static CurvePoint[] RocCurve(ReadOnlySpan<bool> positive, ReadOnlySpan<double> scores)
    {
        List<Step> steps = Steps(positive, scores);
        double positives = steps[^1].TruePositives;
        double negatives = steps[^1].FalsePositives;
        return
        [
            new CurvePoint(0 / negatives, 0 / positives, double.PositiveInfinity),
            .. steps.Select(step => new CurvePoint(step.FalsePositives / negatives, step.TruePositives / positives, step.Threshold)),
        ];
    }

    /// <summary>Average precision: Σ (recallₙ − recallₙ₋₁)·precisionₙ over the distinct scores, descending. A sum of steps, not the trapezoid rule.</summary>
    /// <param name="positive">Whether each example is positive, <c>[examples]</c>.</param>
    /// <param name="scores">The score of each example, <c>[examples]</c>.</param>
    /// <returns>0 … 1; 0 when no example is positive.</returns>
    /// <exception cref="ArgumentException">The lists differ in length, are empty, or a score is NaN.</exception>
    public static double AveragePrecision(ReadOnlySpan<bool> positive, ReadOnlySpan<double> scores)
    {
        List<Step> steps = Steps(positive, scores);
        double positives = steps[^1].TruePositives;
        double sum = 0;
        double before = 0;
        foreach (Step step in steps)
        {
            sum += (step.TruePositives - before) * step.TruePositives / (step.TruePositives + step.FalsePositives);
            before = step.TruePositives;
        }

        return positives == 0 ? 0 : sum / positives;
    }

    /// <summary>
    /// The precision–recall curve by ascending threshold, closed by the point (recall 0, precision 1) at +∞;
    /// without positive examples the recall counts as 1.
    /// </summary>
    /// <inheritdoc cref="AveragePrecision"/>
    public static CurvePoint[] PrecisionRecallCurve(ReadOnlySpan<bool> positive, ReadOnlySpan<double> scores)
    {
        List<Step> steps = Steps(positive, scores);
        double positives = steps[^1].TruePositives;
        steps.Reverse();
        return
        [
            .. steps.Select(step => new CurvePoint(
                positives == 0 ? 1 : step.TruePositives / positives,
                step.TruePositives / (step.TruePositives + step.FalsePositives),
                step.Threshold)),
            new CurvePoint(0, 1, double.PositiveInfinity),
        ];
    }

    /// <summary>
    /// Normalised discounted cumulative gain of a ranking by score: Σ gain / log2(rank + 1), divided by that of the best ranking. Equal scores share the mean of
    /// their gains, so the order of ties does not matter (scikit-learn's <c>ndcg_score</c>).
    /// </summary>
    /// <param name="gains">How much finding each example is worth, not negative, <c>[examples]</c>.</param>
    /// <param name="scores">The score of each example, <c>[examples]</c>.</param>
    /// <param name="depth">How many of the first ranks count.</param>
    /// <returns>0 … 1; 0 when all gains are 0.</returns>
    /// <exception cref="ArgumentException">The lists differ in length, or are empty.</exception>
    public static double Ndcg(ReadOnlySpan<double> gains, ReadOnlySpan<double> scores, int depth)
    {
        Pairs.Check(gains.Length, scores.Length, "scores");
        double ideal = DiscountedGain(gains, gains, depth);
        return ideal == 0 ? 0 : DiscountedGain(gains, scores, depth) / ideal;
    }

    /// <summary>The mean over the classes of the ROC area of one class against the rest.</summary>
    /// <param name="expected">The class id of each example, <c>[examples]</c>.</param>
    /// <param name="probabilities">The probability of each class, <c>[examples, classes]</c>.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <returns>NaN when a class has no example.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit, or a class id is outside 0 … classes−1.</exception>
    public static double RocAucOneVersusRest(ReadOnlySpan<int> expected, ReadOnlySpan<double> probabilities, int classCount)
    {
        CheckRows(expected, probabilities.Length, classCount);
        double sum = 0;
        for (int label = 0; label < classCount; label++)
        {
            sum += OneAgainst(expected, probabilities, classCount, label, rival: null);
        }

        return sum / classCount;
    }

    /// <summary>The mean over all pairs of classes of the ROC area between the two (Hand and Till 2001).</summary>
    /// <inheritdoc cref="RocAucOneVersusRest"/>
    public static double RocAucOneVersusOne(ReadOnlySpan<int> expected, ReadOnlySpan<double> probabilities, int classCount)
    {
        CheckRows(expected, probabilities.Length, classCount);
        double sum = 0;
        int pairs = 0;
        for (int first = 0; first < classCount; first++)
        {
            for (int second = first + 1; second < classCount; second++)
            {
                sum += (OneAgainst(expected, probabilities, classCount, first, second) + OneAgainst(expected, probabilities, classCount, second, first)) / 2;
                pairs++;
            }
        }

        return sum / pairs;
    }

    /// <summary>The mean of −ln of the probability given to the right class; probabilities are kept away from 0 and 1 by 2⁻⁵².</summary>
    /// <inheritdoc cref="RocAucOneVersusRest"/>
    public static double LogLoss(ReadOnlySpan<int> expected, ReadOnlySpan<double> probabilities, int classCount)
    {
        CheckRows(expected, probabilities.Length, classCount);
        double epsilon = Math.ScaleB(1, -52);
        double sum = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            sum -= Math.Log(Math.Clamp(probabilities[(i * classCount) + expected[i]], epsilon, 1 - epsilon));
        }

        return sum / expected.Length;
    }

    /// <summary>The share of examples whose class is among the <paramref name="count"/> with the highest scores; of equal scores the later class ranks first.</summary>
    /// <param name="expected">The class id of each example, <c>[examples]</c>.</param>
    /// <param name="scores">The score of each class, <c>[examples, classes]</c>.</param>
    /// <param name="classCount">How many classes there are.</param>
    /// <param name="count">How many of the best classes are looked at.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or a class id is outside 0 … classes−1.</exception>
    public static double TopAccuracy(ReadOnlySpan<int> expected, ReadOnlySpan<double> scores, int classCount, int count)
    {
        CheckRows(expected, scores.Length, classCount);
        int hits = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            ReadOnlySpan<double> row = scores.Slice(i * classCount, classCount);
            int better = 0;
            for (int label = 0; label < classCount; label++)
            {
                better += row[label] > row[expected[i]] || (row[label] == row[expected[i]] && label > expected[i]) ? 1 : 0;
            }

            hits += better < count ? 1 : 0;
        }

        return (double)hits / expected.Length;
    }

    private static double DiscountedGain(ReadOnlySpan<double> gains, ReadOnlySpan<double> scores, int depth)
    {
        double[] sortedScores = scores.ToArray();
        double[] sortedGains = gains.ToArray();
        Array.Sort(sortedScores, sortedGains);
        Array.Reverse(sortedScores);
        Array.Reverse(sortedGains);
        double sum = 0;
        for (int first = 0; first < Math.Min(depth, sortedScores.Length);)
        {
            double gain = 0, discount = 0;
            int end = first;
            while (end < sortedScores.Length && sortedScores[end] == sortedScores[first])
            {
                gain += sortedGains[end];
                discount += end < depth ? 1 / Math.Log2(end + 2) : 0;
                end++;
            }

            sum += gain / (end - first) * discount;
            first = end;
        }

        return sum;
    }

    private static double OneAgainst(ReadOnlySpan<int> expected, ReadOnlySpan<double> probabilities, int classCount, int label, int? rival)
    {
        List<bool> positive = [];
        List<double> scores = [];
        for (int i = 0; i < expected.Length; i++)
        {
            if (rival is null || expected[i] == label || expected[i] == rival)
            {
                positive.Add(expected[i] == label);
                scores.Add(probabilities[(i * classCount) + label]);
            }
        }

        return positive.Count == 0 ? double.NaN : RocAuc(positive.ToArray(), scores.ToArray());
    }

    // One step per distinct score, descending: how many examples at or above it are positive and how many are not.
    private static List<Step> Steps(ReadOnlySpan<bool> positive, ReadOnlySpan<double> scores)
    {
        Pairs.Check(positive.Length, scores.Length, "scores");
        double[] sorted = scores.ToArray();
        int notANumber = Array.FindIndex(sorted, double.IsNaN);
        if (notANumber >= 0)
        {
            throw new ArgumentException($"Score {notANumber} is NaN; scores must be numbers to be ranked.");
        }

        bool[] classes = positive.ToArray();
        Array.Sort(sorted, classes);
        List<Step> steps = [];
        int truePositives = 0;
        int falsePositives = 0;
        for (int i = sorted.Length - 1; i >= 0; i--)
        {
            truePositives += classes[i] ? 1 : 0;
            falsePositives += classes[i] ? 0 : 1;
            if (i == 0 || sorted[i - 1] != sorted[i])
            {
                steps.Add(new Step(sorted[i], truePositives, falsePositives));
            }
        }

        return steps;
    }

    private static void CheckRows(ReadOnlySpan<int> expected, int valueCount, int classCount)
    {
        if (expected.Length == 0 || classCount < 2 || (long)expected.Length * classCount != valueCount)
        {
            throw new ArgumentException($"{expected.Length} examples with {classCount} classes need {(long)expected.Length * classCount} scores and at least two classes; there are {valueCount} scores.");
        }

        for (int i = 0; i < expected.Length; i++)
        {
            if ((uint)expected[i] >= (uint)classCount)
            {
                throw new ArgumentException($"Example {i}: the class {expected[i]} is outside 0 … {classCount - 1}.");
            }
        }
    }

    private readonly record struct Step(double Threshold, double TruePositives, double FalsePositives);
}

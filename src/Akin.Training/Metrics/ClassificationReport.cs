namespace Akin.Training.Metrics;

/// <summary>
/// All the scores of a single-label classification, with the definitions of scikit-learn: what nothing was predicted for has precision 0,
/// what never occurs has recall 0. Immutable.
/// </summary>
public sealed class ClassificationReport
{
    private ClassificationReport(ConfusionMatrix confusion)
    {
        Confusion = confusion;
        double[] supports = new double[confusion.ClassCount];
        ClassScores[] classes = new ClassScores[confusion.ClassCount];
        List<double> recalls = [];
        long hits = 0;
        for (int i = 0; i < classes.Length; i++)
        {
            long support = confusion.ExpectedCount(i);
            PrecisionRecallF1 scores = PrecisionRecallF1.FromCounts(confusion[i, i], confusion.PredictedCount(i), support);
            classes[i] = new ClassScores(confusion.Names[i], scores, support);
            supports[i] = support;
            hits += confusion[i, i];
            if (support > 0)
            {
                recalls.Add(scores.Recall);
            }
        }

        long total = confusion.Total;
        PrecisionRecallF1[] perClass = [.. classes.Select(c => c.Scores)];
        Classes = classes;
        Accuracy = (double)hits / total;
        BalancedAccuracy = recalls.Average();
        Micro = PrecisionRecallF1.FromCounts(hits, total, total);
        Macro = PrecisionRecallF1.Mean(perClass);
        Weighted = PrecisionRecallF1.Mean(perClass, supports);
        (MatthewsCorrelation, CohenKappa) = Agreement(confusion, hits);
    }

    /// <summary>The counts everything else is computed from.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>The scores of each class, in the order of the confusion matrix.</summary>
    public IReadOnlyList<ClassScores> Classes { get; }

    /// <summary>The share of examples whose class is right.</summary>
    public double Accuracy { get; }

    /// <summary>The mean recall of the classes that occur.</summary>
    public double BalancedAccuracy { get; }

    /// <summary>Scores of all decisions together; with one label per example all three equal the accuracy.</summary>
    public PrecisionRecallF1 Micro { get; }

    /// <summary>The mean over the classes, each counting the same.</summary>
    public PrecisionRecallF1 Macro { get; }

    /// <summary>The mean over the classes, each counting by its support.</summary>
    public PrecisionRecallF1 Weighted { get; }

    /// <summary>Matthews' correlation coefficient for any number of classes, −1 … 1; 0 when one side knows only one class.</summary>
    public double MatthewsCorrelation { get; }

    /// <summary>Cohen's kappa: agreement beyond chance, ≤ 1; NaN when both sides know only one and the same class.</summary>
    public double CohenKappa { get; }

    /// <summary>Scores predictions.</summary>
    /// <inheritdoc cref="ConfusionMatrix.Count"/>
    public static ClassificationReport Compute(ReadOnlySpan<int> expected, ReadOnlySpan<int> predicted, IReadOnlyList<string>? names = null) =>
        new(ConfusionMatrix.Count(expected, predicted, names));

    /// <summary>The scores of one class against the rest (the "binary" scores for class 1 of two); zeros for a class that does not occur.</summary>
    /// <param name="label">The class id.</param>
    public PrecisionRecallF1 ForClass(int label)
    {
        for (int i = 0; i < Classes.Count; i++)
        {
            if (Confusion.Labels[i] == label)
            {
                return Classes[i].Scores;
            }
        }

        return default;
    }

    /// <summary>
    /// The scores under the names a training log uses: <c>accuracy, f1_macro, f1_micro, f1_weighted, precision_macro, recall_macro, mcc</c>
    /// and, for the two classes 0 and 1, <c>precision, recall, f1</c> of class 1.
    /// </summary>
    public IReadOnlyDictionary<string, double> ToMetrics()
    {
        Dictionary<string, double> metrics = new()
        {
            ["accuracy"] = Accuracy,
            ["f1_macro"] = Macro.F1,
            ["f1_micro"] = Micro.F1,
            ["f1_weighted"] = Weighted.F1,
            ["precision_macro"] = Macro.Precision,
            ["recall_macro"] = Macro.Recall,
            ["mcc"] = MatthewsCorrelation,
        };
        if (Confusion.Labels.All(label => label is 0 or 1))
        {
            PrecisionRecallF1 positive = ForClass(1);
            metrics["precision"] = positive.Precision;
            metrics["recall"] = positive.Recall;
            metrics["f1"] = positive.F1;
        }

        return metrics;
    }

    /// <summary>The table that scikit-learn's <c>classification_report</c> prints, byte for byte.</summary>
    /// <param name="digits">Digits behind the point.</param>
    public string ToText(int digits = 4)
    {
        // Where nothing at all was hit, scikit-learn counts in floating point, and its table shows it.
        bool anyHit = Classes.Any(c => c.Scores.Recall > 0);
        ReportTable table = new(Classes, digits, supportSuffix: anyHit ? "" : ".0");
        table.AddClasses();
        table.AddAccuracy(Accuracy);
        table.AddAverage("macro avg", Macro);
        table.AddAverage("weighted avg", Weighted);
        return table.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => ToText();

    // MCC = (c·s − Σ t·p) / √((s² − Σ p²)(s² − Σ t²)); kappa = 1 − disagreement / disagreement by chance.
    private static (double Matthews, double Kappa) Agreement(ConfusionMatrix confusion, double hits)
    {
        double total = confusion.Total;
        double product = 0;
        double expectedSquare = 0;
        double predictedSquare = 0;
        for (int i = 0; i < confusion.ClassCount; i++)
        {
            double expected = confusion.ExpectedCount(i);
            double predicted = confusion.PredictedCount(i);
            product += expected * predicted;
            expectedSquare += expected * expected;
            predictedSquare += predicted * predicted;
        }

        double covariance = (hits * total) - product;
        double variance = ((total * total) - predictedSquare) * ((total * total) - expectedSquare);
        double chance = total - (product / total);
        return (variance == 0 ? 0 : covariance / Math.Sqrt(variance), 1 - ((total - hits) / chance));
    }
}

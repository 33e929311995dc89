namespace Akin.Training.Metrics;

/// <summary>The scores of a multi-label classification (each example has any number of labels), with the definitions of scikit-learn. Immutable.</summary>
public sealed class MultiLabelReport
{
    private MultiLabelReport(ClassScores[] classes, PrecisionRecallF1 micro, PrecisionRecallF1 samples, double subsetAccuracy, double hammingLoss)
    {
        PrecisionRecallF1[] perClass = [.. classes.Select(c => c.Scores)];
        Classes = classes;
        Micro = micro;
        Macro = PrecisionRecallF1.Mean(perClass);
        Weighted = PrecisionRecallF1.Mean(perClass, [.. classes.Select(c => (double)c.Support)]);
        Samples = samples;
        SubsetAccuracy = subsetAccuracy;
        HammingLoss = hammingLoss;
    }

    /// <summary>The scores of each label.</summary>
    public IReadOnlyList<ClassScores> Classes { get; }

    /// <summary>Scores of all yes/no decisions together.</summary>
    public PrecisionRecallF1 Micro { get; }

    /// <summary>The mean over the labels, each counting the same.</summary>
    public PrecisionRecallF1 Macro { get; }

    /// <summary>The mean over the labels, each counting by its support.</summary>
    public PrecisionRecallF1 Weighted { get; }

    /// <summary>The mean over the examples.</summary>
    public PrecisionRecallF1 Samples { get; }

    /// <summary>The share of examples with all their labels right and none besides.</summary>
    public double SubsetAccuracy { get; }

    /// <summary>The share of yes/no decisions that are wrong.</summary>
    public double HammingLoss { get; }

    /// <summary>Scores predictions.</summary>
    /// <param name="expected">Which labels each example has, <c>[examples, labels]</c>.</param>
    /// <param name="predicted">Which labels were predicted, <c>[examples, labels]</c>.</param>
    /// <param name="names">The names of the labels, <c>[labels]</c>.</param>
    /// <exception cref="ArgumentException">The lists differ in length, are empty, or do not hold whole rows of labels.</exception>
    public static MultiLabelReport Compute(ReadOnlySpan<bool> expected, ReadOnlySpan<bool> predicted, IReadOnlyList<string> names)
    {
        Pairs.Check(expected.Length, predicted.Length, "label decisions");
        int labelCount = names.Count;
        if (labelCount == 0 || expected.Length % labelCount != 0)
        {
            throw new ArgumentException($"{expected.Length} label decisions are not whole rows of {labelCount} labels.");
        }

        int exampleCount = expected.Length / labelCount;
        PrecisionRecallF1[] samples = new PrecisionRecallF1[exampleCount];
        int exact = 0;
        for (int example = 0; example < exampleCount; example++)
        {
            ReadOnlySpan<bool> expectedRow = expected.Slice(example * labelCount, labelCount);
            ReadOnlySpan<bool> predictedRow = predicted.Slice(example * labelCount, labelCount);
            samples[example] = Score(expectedRow, predictedRow, first: 0, step: 1).Scores;
            exact += expectedRow.SequenceEqual(predictedRow) ? 1 : 0;
        }

        ClassScores[] classes = new ClassScores[labelCount];
        for (int label = 0; label < labelCount; label++)
        {
            (PrecisionRecallF1 scores, long support) = Score(expected, predicted, first: label, step: labelCount);
            classes[label] = new ClassScores(names[label], scores, support);
        }

        int wrong = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            wrong += expected[i] != predicted[i] ? 1 : 0;
        }

        return new MultiLabelReport(
            classes,
            Score(expected, predicted, first: 0, step: 1).Scores,
            PrecisionRecallF1.Mean(samples),
            (double)exact / exampleCount,
            (double)wrong / expected.Length);
    }

    /// <summary>The scores under the names a training log uses: <c>accuracy</c> (of whole label sets), <c>f1_micro, f1_macro, f1_weighted, f1_samples, hamming_loss</c>.</summary>
    public IReadOnlyDictionary<string, double> ToMetrics() => new Dictionary<string, double>
    {
        ["accuracy"] = SubsetAccuracy,
        ["f1_micro"] = Micro.F1,
        ["f1_macro"] = Macro.F1,
        ["f1_weighted"] = Weighted.F1,
        ["f1_samples"] = Samples.F1,
        ["hamming_loss"] = HammingLoss,
    };

    /// <summary>The table that scikit-learn's <c>classification_report</c> prints for label sets.</summary>
    /// <param name="digits">Digits behind the point.</param>
    public string ToText(int digits = 4)
    {
        ReportTable table = new(Classes, digits);
        table.AddClasses();
        table.AddAverage("micro avg", Micro);
        table.AddAverage("macro avg", Macro);
        table.AddAverage("weighted avg", Weighted);
        table.AddAverage("samples avg", Samples);
        return table.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => ToText();

    private static (PrecisionRecallF1 Scores, long Support) Score(ReadOnlySpan<bool> expected, ReadOnlySpan<bool> predicted, int first, int step)
    {
        long hits = 0;
        long expectedCount = 0;
        long predictedCount = 0;
        for (int i = first; i < expected.Length; i += step)
        {
            hits += expected[i] && predicted[i] ? 1 : 0;
            expectedCount += expected[i] ? 1 : 0;
            predictedCount += predicted[i] ? 1 : 0;
        }

        return (PrecisionRecallF1.FromCounts(hits, predictedCount, expectedCount), expectedCount);
    }
}

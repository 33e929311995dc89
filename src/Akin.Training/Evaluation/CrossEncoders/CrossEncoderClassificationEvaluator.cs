using System.Numerics.Tensors;
using Akin.Search;
using Akin.Training.Metrics;

namespace Akin.Training.Evaluation.CrossEncoders;

/// <summary>Whether pairs get the right class.</summary>
/// <remarks>
/// Of a model with one score: <c>accuracy</c>, <c>accuracy_threshold</c>, <c>f1</c>, <c>f1_threshold</c>, <c>precision</c>, <c>recall</c> and
/// <c>average_precision</c>, by which models are compared; the thresholds are those that fit the data best. Of a model with several: <c>f1_macro</c>, by which models
/// are compared, <c>f1_micro</c> and <c>f1_weighted</c>. File: <c>CrossEncoderClassificationEvaluator_NAME_results.csv</c>.
/// </remarks>
public sealed class CrossEncoderClassificationEvaluator : CrossEncoderEvaluator
{
    private readonly IReadOnlyList<(string First, string Second)> _pairs;
    private readonly int[] _labels;

    /// <param name="pairs">The pairs; at least one.</param>
    /// <param name="labels">The class number of each: 0 or 1 for a model with one score.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or are empty.</exception>
    public CrossEncoderClassificationEvaluator(IReadOnlyList<(string First, string Second)> pairs, IReadOnlyList<int> labels)
    {
        RequireEqual(pairs.Count, labels.Count, "pairs and labels");
        RequireSome(pairs.Count, "pairs");
        _pairs = pairs;
        _labels = [.. labels];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A label is not one of the model's.</exception>
    public override EvaluatorScores Evaluate(
        IPairScorer model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        int wrong = Array.FindIndex(_labels, label => label < 0 || label >= Math.Max(2, model.LabelCount));
        if (wrong >= 0)
        {
            throw new ArgumentException($"Pair {wrong} has the label {_labels[wrong]}; the model's are 0 … {Math.Max(2, model.LabelCount) - 1}.", nameof(model));
        }

        double[] scores = Score(model, _pairs, progress, cancellationToken);
        return model.LabelCount == 1 ? Binary(scores, output) : Classes(scores, model.LabelCount, output);
    }

    private EvaluatorScores Binary(double[] scores, EvaluationOutput? output)
    {
        bool[] positive = [.. _labels.Select(label => label == 1)];
        BinaryThresholds best = BinaryThresholds.Find(positive, scores);
        (string Name, string Column, double Value)[] values =
        [
            ("accuracy", "Accuracy", best.Accuracy),
            ("accuracy_threshold", "Accuracy_Threshold", best.AccuracyThreshold),
            ("f1", "F1", best.F1),
            ("f1_threshold", "F1_Threshold", best.F1Threshold),
            ("precision", "Precision", best.Precision),
            ("recall", "Recall", best.Recall),
            ("average_precision", "Average_Precision", ScoreMetrics.AveragePrecision(positive, scores)),
        ];
        return Report(values, "average_precision", output);
    }

    private EvaluatorScores Classes(double[] scores, int classCount, EvaluationOutput? output)
    {
        int[] predicted = [.. scores.Chunk(classCount).Select(row => TensorPrimitives.IndexOfMax<double>(row))];
        ClassificationReport report = ClassificationReport.Compute(_labels, predicted);
        return Report(
            [("f1_macro", "Macro_F1", report.Macro.F1), ("f1_micro", "Micro_F1", report.Micro.F1), ("f1_weighted", "Weighted_F1", report.Weighted.F1)], "f1_macro", output);
    }

    private EvaluatorScores Report((string Name, string Column, double Value)[] values, string primaryMetric, EvaluationOutput? output)
    {
        if (output is not null)
        {
            EvaluationTable table = new(FileName("CrossEncoderClassificationEvaluator", "_results.csv"));
            foreach ((_, string column, double value) in values)
            {
                table.Add(column, value);
            }

            table.AppendTo(output);
        }

        return Named(values.Select(value => KeyValuePair.Create(value.Name, value.Value)), primaryMetric);
    }
}

using Akin.Pipelines;
using Akin.Search;
using Akin.Training.Metrics;

namespace Akin.Training.Evaluation;

/// <summary>Whether a threshold on the similarity tells pairs that belong together from pairs that do not.</summary>
/// <remarks>
/// Gives <c>cosine_accuracy</c>, <c>_accuracy_threshold</c>, <c>_f1</c>, <c>_f1_threshold</c>, <c>_precision</c>, <c>_recall</c>, <c>_ap</c> (average precision)
/// and <c>_mcc</c> (Matthews' correlation), likewise for other functions; with several also the best of each as <c>max_…</c>. Precision, recall and mcc belong to
/// the F1 threshold. Thresholds of distances are distances, below which a pair is positive. Compared by average precision. Texts get the model's default prompt.
/// File: <c>binary_classification_evaluation_NAME_results.csv</c>.
/// </remarks>
public sealed class BinaryClassificationEvaluator : SentenceEvaluator
{
    private readonly IReadOnlyList<string> _first;
    private readonly IReadOnlyList<string> _second;
    private readonly bool[] _labels;

    /// <param name="first">The first sentence of each pair; at least one.</param>
    /// <param name="second">The second sentence of each pair.</param>
    /// <param name="labels">Whether each pair belongs together.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or are empty.</exception>
    public BinaryClassificationEvaluator(IReadOnlyList<string> first, IReadOnlyList<string> second, IReadOnlyList<bool> labels)
    {
        RequireEqual(first.Count, second.Count, "first and second sentences");
        RequireEqual(first.Count, labels.Count, "pairs and labels");
        RequireSome(first.Count, "pairs");
        _first = first;
        _second = second;
        _labels = [.. labels];
    }

    /// <summary>The functions to measure with; empty, the default, for the model's own.</summary>
    public IReadOnlyList<SimilarityFunction> Functions { get; init; } = [];

    /// <inheritdoc/>
    public override EvaluatorScores Evaluate(
        IEncoder model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);

        // Sentences often stand in many pairs: each is read once.
        string[] sentences = [.. _first.Concat(_second).Distinct()];
        float[][] encoded = Embed(model.EncodeSentences, sentences, new EncodedCount(progress), cancellationToken);
        Dictionary<string, float[]> embeddings = sentences.Zip(encoded).ToDictionary(pair => pair.First, pair => pair.Second);
        float[][] first = [.. _first.Select(sentence => embeddings[sentence])];
        float[][] second = [.. _second.Select(sentence => embeddings[sentence])];
        IReadOnlyList<SimilarityFunction> functions = Functions.Count > 0 ? Functions : [SimilarityOf(model)];
        Dictionary<string, double> values = [];
        EvaluationTable table = new(FileName("binary_classification_evaluation", "_results.csv"));
        string[] metrics = [];
        foreach (SimilarityFunction function in functions)
        {
            Dictionary<string, double> found = Measure(function, PairSimilarity.Of(function, first, second));
            string name = NameOf(function);
            metrics = [.. found.Keys];
            foreach ((string metric, double value) in found)
            {
                values[$"{name}_{metric}"] = value;
            }

            foreach (string column in (string[])["accuracy", "accuracy_threshold", "f1", "precision", "recall", "f1_threshold", "ap", "mcc"])
            {
                table.Add($"{name}_{column}", found[column]);
            }
        }

        if (output is not null)
        {
            table.AppendTo(output);
        }

        if (functions.Count > 1)
        {
            foreach (string metric in metrics)
            {
                values[$"max_{metric}"] = functions.Max(function => values[$"{NameOf(function)}_{metric}"]);
            }
        }

        return Named(values, functions.Count > 1 ? "max_ap" : $"{NameOf(functions[0])}_ap");
    }

    private Dictionary<string, double> Measure(SimilarityFunction function, double[] similarities)
    {
        // Similarities of distances are negated: their thresholds are distances again.
        int sign = function is SimilarityFunction.Euclidean or SimilarityFunction.Manhattan ? -1 : 1;
        BinaryThresholds best = BinaryThresholds.Find(_labels, similarities);
        int[] expected = [.. _labels.Select(label => label ? 1 : 0)];
        int[] predicted = [.. similarities.Select(similarity => best.F1 > 0 && similarity >= best.F1Threshold ? 1 : 0)];
        return new Dictionary<string, double>
        {
            ["accuracy"] = best.Accuracy,
            ["accuracy_threshold"] = sign * best.AccuracyThreshold,
            ["f1"] = best.F1,
            ["f1_threshold"] = sign * best.F1Threshold,
            ["precision"] = best.Precision,
            ["recall"] = best.Recall,
            ["ap"] = ScoreMetrics.AveragePrecision(_labels, similarities),
            ["mcc"] = ClassificationReport.Compute(expected, predicted).MatthewsCorrelation,
        };
    }
}

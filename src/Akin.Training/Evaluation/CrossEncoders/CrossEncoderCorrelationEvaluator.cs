using Akin.Search;
using Akin.Search.Evaluation;

namespace Akin.Training.Evaluation.CrossEncoders;

/// <summary>Whether the scores of sentence pairs follow what people said of them.</summary>
/// <remarks>Gives <c>pearson</c> and <c>spearman</c>, by which models are compared. File: <c>CrossEncoderCorrelationEvaluator_NAME_results.csv</c>.</remarks>
public sealed class CrossEncoderCorrelationEvaluator : CrossEncoderEvaluator
{
    private readonly IReadOnlyList<(string First, string Second)> _pairs;
    private readonly double[] _scores;

    /// <param name="pairs">The pairs; at least two.</param>
    /// <param name="scores">How alike people found them; larger is more alike, on any scale.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or have fewer than two pairs.</exception>
    public CrossEncoderCorrelationEvaluator(IReadOnlyList<(string First, string Second)> pairs, IReadOnlyList<double> scores)
    {
        RequireEqual(pairs.Count, scores.Count, "pairs and scores");
        if (pairs.Count < 2)
        {
            throw new ArgumentException($"There are {pairs.Count} pairs; a correlation needs two or more.", nameof(pairs));
        }

        _pairs = pairs;
        _scores = [.. scores];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The model gives several scores to a pair.</exception>
    public override EvaluatorScores Evaluate(
        IPairScorer model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        double[] scores = Score(model, _pairs, progress, cancellationToken);
        RequireEqual(_pairs.Count, scores.Length, "pairs and scores of the model");
        double pearson = Correlation.Pearson(_scores, scores);
        double spearman = Correlation.Spearman(_scores, scores);
        if (output is not null)
        {
            EvaluationTable table = new(FileName("CrossEncoderCorrelationEvaluator", "_results.csv"));
            table.Add("Pearson_Correlation", pearson);
            table.Add("Spearman_Correlation", spearman);
            table.AppendTo(output);
        }

        return Named(new Dictionary<string, double> { ["pearson"] = pearson, ["spearman"] = spearman }, "spearman");
    }
}

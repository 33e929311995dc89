using Akin.Search;

namespace Akin.Training.Evaluation;

/// <summary>Runs several evaluators one after the other.</summary>
/// <remarks>
/// Gives all their measures, and <c>sequential_score</c>, by which models are compared: made of the primary measures of all, by default that of the last.
/// Name the evaluators, or a later one replaces the measures of an earlier one of the same kind. Each writes its own file.
/// </remarks>
public sealed class SequentialEvaluator : SentenceEvaluator
{
    private readonly IReadOnlyList<SentenceEvaluator> _evaluators;

    /// <param name="evaluators">The evaluators, in order; at least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public SequentialEvaluator(params IReadOnlyList<SentenceEvaluator> evaluators)
    {
        RequireSome(evaluators.Count, "evaluators");
        _evaluators = evaluators;
    }

    /// <summary>Makes one score of the primary measures of the evaluators, in their order; the last by default.</summary>
    public Func<IReadOnlyList<double>, double> MainScore { get; init; } = scores => scores[^1];

    /// <inheritdoc/>
    public override EvaluatorScores Evaluate(
        IEncoder model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        Dictionary<string, double> values = [];
        List<double> scores = [];
        foreach (SentenceEvaluator evaluator in _evaluators)
        {
            EvaluatorScores found = evaluator.Evaluate(model, output, progress, cancellationToken);
            scores.Add(found.Primary);
            foreach ((string metric, double value) in found)
            {
                values[metric] = value;
            }
        }

        values["sequential_score"] = MainScore(scores);
        return Named(values, "sequential_score");
    }
}

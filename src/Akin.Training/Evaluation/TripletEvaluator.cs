using Akin.Pipelines;
using Akin.Search;

namespace Akin.Training.Evaluation;

/// <summary>How often an anchor is nearer to its positive than to its negative.</summary>
/// <remarks>
/// Gives <c>cosine_accuracy</c>, likewise for other functions; with several also <c>max_accuracy</c>. Anchors get the prompt of queries, positives and negatives
/// that of documents. File: <c>triplet_evaluation_NAME_results.csv</c>.
/// </remarks>
public sealed class TripletEvaluator : SentenceEvaluator
{
    private readonly IReadOnlyList<string> _anchors;
    private readonly IReadOnlyList<string> _positives;
    private readonly IReadOnlyList<string> _negatives;

    /// <param name="anchors">The anchors; at least one.</param>
    /// <param name="positives">What each should be near to.</param>
    /// <param name="negatives">What each should be far from.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or are empty.</exception>
    public TripletEvaluator(IReadOnlyList<string> anchors, IReadOnlyList<string> positives, IReadOnlyList<string> negatives)
    {
        RequireEqual(anchors.Count, positives.Count, "anchors and positives");
        RequireEqual(anchors.Count, negatives.Count, "anchors and negatives");
        RequireSome(anchors.Count, "triplets");
        _anchors = anchors;
        _positives = positives;
        _negatives = negatives;
    }

    /// <summary>The functions to measure with; empty, the default, for the model's own.</summary>
    public IReadOnlyList<SimilarityFunction> Functions { get; init; } = [];

    /// <summary>The function by which models are compared; null, the default, for the best of <see cref="Functions"/>.</summary>
    public SimilarityFunction? MainFunction { get; init; }

    /// <summary>By how much the positive must be more similar, for each function; 0 for those that are not named.</summary>
    public IReadOnlyDictionary<SimilarityFunction, double> Margins { get; init; } = new Dictionary<SimilarityFunction, double>();

    /// <inheritdoc/>
    public override EvaluatorScores Evaluate(
        IEncoder model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        EncodedCount count = new(progress);
        float[][] anchors = Embed(model.EncodeQueries, _anchors, count, cancellationToken);
        float[][] positives = Embed(model.Encode, _positives, count, cancellationToken);
        float[][] negatives = Embed(model.Encode, _negatives, count, cancellationToken);
        IReadOnlyList<SimilarityFunction> functions = Functions.Count > 0 ? Functions : [SimilarityOf(model)];
        Dictionary<string, double> values = [];
        EvaluationTable table = new(FileName("triplet_evaluation", "_results.csv"));
        foreach (SimilarityFunction function in functions)
        {
            double margin = Margins.GetValueOrDefault(function);
            double[] near = PairSimilarity.Of(function, anchors, positives);
            double[] far = PairSimilarity.Of(function, anchors, negatives);
            double accuracy = (double)near.Zip(far).Count(pair => pair.First > pair.Second + margin) / near.Length;
            table.Add($"accuracy_{NameOf(function)}", accuracy);
            values[$"{NameOf(function)}_accuracy"] = accuracy;
        }

        if (output is not null)
        {
            table.AppendTo(output);
        }

        if (functions.Count > 1)
        {
            values["max_accuracy"] = values.Values.Max();
        }

        return Named(values, MainFunction is null && functions.Count > 1 ? "max_accuracy" : $"{NameOf(MainFunction ?? functions[0])}_accuracy");
    }
}

using Akin.Pipelines;
using Akin.Search;
using Akin.Search.Evaluation;

namespace Akin.Training.Evaluation;

/// <summary>Whether the similarity of sentence pairs follows what people said of them (semantic textual similarity).</summary>
/// <remarks>
/// Gives <c>pearson_cosine</c> and <c>spearman_cosine</c>, likewise for other functions; with several also <c>pearson_max</c> and <c>spearman_max</c>. Compared
/// by Spearman's correlation. Distances count negated. Texts get the model's default prompt.
/// File: <c>similarity_evaluation_NAME_results.csv</c>.
/// </remarks>
public sealed class EmbeddingSimilarityEvaluator : SentenceEvaluator
{
    private readonly IReadOnlyList<string> _first;
    private readonly IReadOnlyList<string> _second;
    private readonly double[] _scores;

    /// <param name="first">The first sentence of each pair; at least two.</param>
    /// <param name="second">The second sentence of each pair.</param>
    /// <param name="scores">How alike people found them; larger is more alike, on any scale.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or have fewer than two pairs.</exception>
    public EmbeddingSimilarityEvaluator(IReadOnlyList<string> first, IReadOnlyList<string> second, IReadOnlyList<double> scores)
    {
        RequireEqual(first.Count, second.Count, "first and second sentences");
        RequireEqual(first.Count, scores.Count, "pairs and scores");
        if (first.Count < 2)
        {
            throw new ArgumentException($"There are {first.Count} pairs; a correlation needs two or more.", nameof(first));
        }

        _first = first;
        _second = second;
        _scores = [.. scores];
    }

    /// <summary>The functions to measure with; empty, the default, for <see cref="MainFunction"/> or the model's own.</summary>
    public IReadOnlyList<SimilarityFunction> Functions { get; init; } = [];

    /// <summary>The function by which models are compared; null, the default, for the best of <see cref="Functions"/>.</summary>
    public SimilarityFunction? MainFunction { get; init; }

    /// <inheritdoc/>
    public override EvaluatorScores Evaluate(
        IEncoder model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        EncodedCount count = new(progress);
        float[][] first = Embed(model.EncodeSentences, _first, count, cancellationToken);
        float[][] second = Embed(model.EncodeSentences, _second, count, cancellationToken);
        IReadOnlyList<SimilarityFunction> functions = Functions.Count > 0 ? Functions : [MainFunction ?? SimilarityOf(model)];
        Dictionary<string, double> values = [];
        EvaluationTable table = new(FileName("similarity_evaluation", "_results.csv"));
        foreach (SimilarityFunction function in functions)
        {
            double[] similarities = PairSimilarity.Of(function, first, second);
            string name = NameOf(function);
            table.Add($"{name}_pearson", values[$"pearson_{name}"] = Correlation.Pearson(_scores, similarities));
            table.Add($"{name}_spearman", values[$"spearman_{name}"] = Correlation.Spearman(_scores, similarities));
        }

        if (output is not null)
        {
            table.AppendTo(output);
        }

        if (functions.Count > 1)
        {
            values["pearson_max"] = functions.Max(function => values[$"pearson_{NameOf(function)}"]);
            values["spearman_max"] = functions.Max(function => values[$"spearman_{NameOf(function)}"]);
        }

        return Named(values, MainFunction is null && functions.Count > 1 ? "spearman_max" : $"spearman_{NameOf(MainFunction ?? functions[0])}");
    }
}

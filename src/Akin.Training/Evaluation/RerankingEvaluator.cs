using Akin.Pipelines;
using Akin.Search;

namespace Akin.Training.Evaluation;

/// <summary>Whether documents that answer a query come before those that do not.</summary>
/// <remarks>
/// Gives <c>map</c>, <c>mrr@10</c> and <c>ndcg@10</c>, by which models are compared. Samples without positives or without negatives are passed over. Queries get the
/// prompt of queries, documents that of documents. File: <c>RerankingEvaluator_NAME_results_@10.csv</c>.
/// </remarks>
public sealed class RerankingEvaluator : SentenceEvaluator
{
    private readonly RerankingSample[] _samples;

    /// <param name="samples">The queries with their documents; at least one with positives and negatives.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public RerankingEvaluator(IReadOnlyList<RerankingSample> samples)
    {
        _samples = [.. samples.Where(sample => sample is { Positives.Count: > 0, Negatives.Count: > 0 })];
        RequireSome(_samples.Length, "samples with positives and negatives");
    }

    /// <summary>How many of the best documents MRR and nDCG look at; 10 by default.</summary>
    public int Depth { get; init; } = 10;

    /// <summary>How query and document are compared; by cosine by default, whatever the model says.</summary>
    public SimilarityFunction Function { get; init; } = SimilarityFunction.Cosine;

    /// <inheritdoc/>
    public override EvaluatorScores Evaluate(
        IEncoder model, EvaluationOutput? output = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        EncodedCount count = new(progress);
        float[][] queries = Embed(model.EncodeQueries, [.. _samples.Select(sample => sample.Query)], count, cancellationToken);
        float[][] documents = Embed(model.Encode, [.. _samples.SelectMany(sample => sample.Positives.Concat(sample.Negatives))], count, cancellationToken);
        RankingScores scores = new(Depth);
        int first = 0;
        for (int i = 0; i < _samples.Length; i++)
        {
            int positives = _samples[i].Positives.Count;
            int all = positives + _samples[i].Negatives.Count;
            double[] similarities = PairSimilarity.Of(Function, [.. Enumerable.Repeat(queries[i], all)], documents[first..(first + all)]);
            scores.Add([.. Enumerable.Range(0, all).Select(document => document < positives)], similarities);
            first += all;
        }

        if (output is not null)
        {
            scores.AppendTo(output, FileName("RerankingEvaluator", $"_results_@{Depth}.csv"));
        }

        return Named(scores.ToValues(), $"ndcg@{Depth}");
    }
}

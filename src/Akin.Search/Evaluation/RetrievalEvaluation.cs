namespace Akin.Search.Evaluation;

/// <summary>The values of some measures for a run: per query, and their means over all judged queries.</summary>
public sealed class RetrievalEvaluation
{
    private RetrievalEvaluation(IReadOnlyDictionary<string, double> means, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> perQuery)
    {
        Means = means;
        PerQuery = perQuery;
    }

    /// <summary>The mean of each measure by its name. A judged query that the run lacks counts as an empty ranking (trec_eval -c).</summary>
    public IReadOnlyDictionary<string, double> Means { get; }

    /// <summary>The value of each measure for each judged query.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> PerQuery { get; }

    /// <summary>Evaluates a run. Queries without judgements are passed over.</summary>
    /// <param name="judgements">Which documents are relevant; at least one query.</param>
    /// <param name="run">What was found.</param>
    /// <param name="measures">What to measure.</param>
    /// <exception cref="ArgumentException">There are no judgements.</exception>
    public static RetrievalEvaluation Of(Judgements judgements, RetrievalRun run, params IReadOnlyList<RetrievalMeasure> measures)
    {
        ArgumentNullException.ThrowIfNull(judgements);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(measures);
        if (judgements.Queries.Count == 0)
        {
            throw new ArgumentException("There are no judgements, so there is nothing to evaluate against.", nameof(judgements));
        }

        Dictionary<string, IReadOnlyDictionary<string, double>> perQuery = [];
        foreach (string query in judgements.Queries)
        {
            JudgedRanking ranking = JudgedRanking.Of(judgements[query], run[query]);
            perQuery[query] = measures.ToDictionary(measure => measure.Name, measure => measure.ValueOf(ranking));
        }

        return new RetrievalEvaluation(
            measures.ToDictionary(measure => measure.Name, measure => measure.MeanOf(perQuery.Values.Select(values => values[measure.Name]))),
            perQuery);
    }
}

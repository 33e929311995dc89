namespace Akin.Search.Evaluation;

/// <summary>The figures that Akin gives of a ranking wherever it gives any: <c>ndcg@10</c>, <c>recall@100</c>, <c>map@100</c> and <c>mrr@10</c>, as trec_eval computes them.</summary>
public static class RetrievalFigures
{
    /// <summary>Documents to keep for a query: what the deepest figure looks at.</summary>
    public const int Depth = 100;

    private static readonly (string Name, RetrievalMeasure Measure)[] Measures =
    [
        ("ndcg@10", RetrievalMeasure.NdcgAt(10)),
        ("recall@100", RetrievalMeasure.RecallAt(Depth)),
        ("map@100", RetrievalMeasure.MapAt(Depth)),
        ("mrr@10", RetrievalMeasure.ReciprocalRankAt(10)),
    ];

    /// <summary>Measures a run.</summary>
    /// <param name="judgements">What is relevant.</param>
    /// <param name="run">The rankings.</param>
    /// <returns>The means over all judged queries by name, in the order above.</returns>
    public static IReadOnlyList<KeyValuePair<string, double>> Of(Judgements judgements, RetrievalRun run)
    {
        IReadOnlyDictionary<string, double> means = RetrievalEvaluation.Of(judgements, run, [.. Measures.Select(measure => measure.Measure)]).Means;
        return [.. Measures.Select(measure => KeyValuePair.Create(measure.Name, means[measure.Measure.Name]))];
    }
}

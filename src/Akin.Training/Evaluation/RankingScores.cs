using Akin.Training.Metrics;

namespace Akin.Training.Evaluation;

/// <summary>Measures of rankings that are made of scores, added up over queries.</summary>
internal sealed class RankingScores(int depth)
{
    private readonly List<(double Map, double Mrr, double Ndcg)> _queries = [];

    public double Map => _queries.Average(query => query.Map);

    public double Mrr => _queries.Average(query => query.Mrr);

    public double Ndcg => _queries.Average(query => query.Ndcg);

    /// <summary>Counts a query without any relevant document: 0 in everything.</summary>
    public void AddFailure() => _queries.Add((0, 0, 0));

    /// <summary>Average precision and nDCG average over ties, as scikit-learn's; the reciprocal rank takes documents of equal score in the order given.</summary>
    public void Add(bool[] relevant, double[] scores)
    {
        int[] order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).Take(depth)];
        int first = Array.FindIndex(order, i => relevant[i]);
        double[] gains = [.. relevant.Select(isRelevant => isRelevant ? 1.0 : 0.0)];
        _queries.Add((ScoreMetrics.AveragePrecision(relevant, scores), first < 0 ? 0 : 1.0 / (first + 1), ScoreMetrics.Ndcg(gains, scores, depth)));
    }

    public Dictionary<string, double> ToValues(string prefix = "") =>
        new() { [$"{prefix}map"] = Map, [$"{prefix}mrr@{depth}"] = Mrr, [$"{prefix}ndcg@{depth}"] = Ndcg };

    public void AppendTo(EvaluationOutput output, string fileName)
    {
        EvaluationTable table = new(fileName);
        table.Add("MAP", Map);
        table.Add($"MRR@{depth}", Mrr);
        table.Add($"NDCG@{depth}", Ndcg);
        table.AppendTo(output);
    }
}

namespace Akin.Training.Mining;

/// <summary>Applies the limits to the candidates of a query, and counts what they rule out.</summary>
internal sealed class CandidateFilter(HardNegativeOptions options, int rangeMax)
{
    private readonly Dictionary<string, long> _skipped = [];

    /// <summary>How many candidates each limit ruled out, by its name; only those that did.</summary>
    public IReadOnlyDictionary<string, long> Skipped => _skipped;

    /// <summary>The candidates that may become negatives, best first (of equals in the order proposed).</summary>
    public List<(int Row, float Score)> Apply(NegativeCandidates candidates, int[] positives)
    {
        List<(int Row, float Score)> allowed = [.. candidates.Rows.Zip(candidates.Scores)];
        if (!options.IncludePositives)
        {
            allowed.RemoveAll(candidate => positives.Contains(candidate.Row));
        }

        float worst = candidates.PositiveScores.Min();
        Skip("absolute_margin", options.AbsoluteMargin, (score, margin) => score + margin > worst);
        Skip("relative_margin", options.RelativeMargin, (score, margin) => score > worst - (Math.Abs(worst) * margin));
        Skip("max_score", options.MaxScore, (score, limit) => score > limit);
        Skip("min_score", options.MinScore, (score, limit) => score < limit);
        return [.. allowed.OrderByDescending(candidate => candidate.Score).Take(rangeMax).Skip(options.RangeMin)];

        void Skip(string name, float? limit, Func<float, float, bool> isRuledOut)
        {
            if (limit is { } value && allowed.RemoveAll(candidate => isRuledOut(candidate.Score, value)) is > 0 and int count)
            {
                _skipped[name] = _skipped.GetValueOrDefault(name) + count;
            }
        }
    }
}

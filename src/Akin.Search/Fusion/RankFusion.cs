using Akin.Search.Evaluation;

namespace Akin.Search.Fusion;

/// <summary>Makes one ranking of several, such as that of words and that of vectors.</summary>
public abstract record RankFusion
{
    /// <summary>The weight of each list, at least 0. Default: all 1.</summary>
    public IReadOnlyList<double> Weights { get; init; } = [];

    /// <summary>Fuses rankings of one query.</summary>
    /// <param name="lists">The rankings, each best first; a list may be empty, and none names a document twice.</param>
    /// <param name="count">How many documents to keep at most. Default: all.</param>
    /// <returns>The documents of all lists, best first; of equal scores, the one that a list names earlier, earlier lists first.</returns>
    /// <exception cref="ArgumentException">There are not as many weights as lists, or a weight is negative or not finite.</exception>
    public IReadOnlyList<ScoredDocument> Fuse(IReadOnlyList<IReadOnlyList<ScoredDocument>> lists, int count = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (Weights.Count != 0 && (Weights.Count != lists.Count || Weights.Any(weight => !double.IsFinite(weight) || weight < 0)))
        {
            throw new ArgumentException($"{lists.Count} lists want as many weights, each 0 or more; found [{string.Join(", ", Weights)}].", nameof(lists));
        }

        Dictionary<string, Fused> all = new(StringComparer.Ordinal);
        for (int list = 0; list < lists.Count; list++)
        {
            double[] parts = Parts(lists[list], Weights.Count == 0 ? 1 : Weights[list]);
            for (int rank = 0; rank < parts.Length; rank++)
            {
                string id = lists[list][rank].DocumentId;
                Fused former = all.GetValueOrDefault(id, new Fused(id, all.Count, [], rank));
                all[id] = former with { Parts = [.. former.Parts, parts[rank]], BestRank = Math.Min(rank, former.BestRank) };
            }
        }

        return
        [
            .. all.Values.Select(fused => (fused, Score: Combine(fused.Parts))).OrderByDescending(pair => pair.Score).ThenBy(pair => pair.fused.BestRank).ThenBy(pair => pair.fused.Order)
                .Take(count).Select(pair => new ScoredDocument(pair.fused.Id, pair.Score)),
        ];
    }

    /// <summary>Fuses runs, query by query.</summary>
    /// <param name="runs">The runs; a query that one of them lacks is fused of the others.</param>
    /// <param name="depth">How many documents of each run are looked at, and kept. Default: 100.</param>
    /// <exception cref="ArgumentException">There are not as many weights as runs.</exception>
    public RetrievalRun FuseRuns(IReadOnlyList<RetrievalRun> runs, int depth = 100)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        RetrievalRun fused = new();
        foreach (string query in runs.SelectMany(run => run.Queries).Distinct())
        {
            fused.Add(query, Fuse([.. runs.Select(run => (IReadOnlyList<ScoredDocument>)[.. run[query].Take(depth)])], depth));
        }

        return fused;
    }

    /// <summary>What each document of a list brings along.</summary>
    /// <param name="list">The ranking, best first.</param>
    /// <param name="weight">Its weight.</param>
    protected abstract double[] Parts(IReadOnlyList<ScoredDocument> list, double weight);

    /// <summary>One score of what the lists that name a document bring along: their sum.</summary>
    /// <param name="parts">The parts, at least one.</param>
    protected virtual double Combine(IReadOnlyList<double> parts) => parts.Sum();

    private sealed record Fused(string Id, int Order, double[] Parts, int BestRank);
}

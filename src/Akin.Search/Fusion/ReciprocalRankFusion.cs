using Akin.Search.Evaluation;

namespace Akin.Search.Fusion;

/// <summary>Fuses by rank alone: Σ 1 / (<see cref="K"/> + rank / weight), ranks from 1 (Cormack, Clarke and Büttcher 2009, https://doi.org/10.1145/1571941.1572114).</summary>
/// <remarks>
/// It needs no scores that can be compared, and no tuning. It is good where all lists are; one bad list takes half of the result along: see <see cref="ScoreFusion"/>.
/// Weights divide the rank, as Qdrant's do (whose k counts from 0, so that its 60 is 59 here).
/// </remarks>
public sealed record ReciprocalRankFusion : RankFusion
{
    /// <summary>How slowly later ranks lose; above −1. Default: 60.</summary>
    public double K { get; init; } = 60;

    /// <inheritdoc/>
    protected override double[] Parts(IReadOnlyList<ScoredDocument> list, double weight) =>
        [.. Enumerable.Range(1, list.Count).Select(rank => weight == 0 ? 0 : 1 / ((rank / weight) + K))];
}

using Akin.Search.Evaluation;

namespace Akin.Search.Fusion;

/// <summary>Fuses by rank, the first ones counting most: the number of lists that name a document, times Σ weight / rank² (Mourão, Martins and Magalhães 2014).</summary>
public sealed record InverseSquareRankFusion : RankFusion
{
    /// <inheritdoc/>
    protected override double[] Parts(IReadOnlyList<ScoredDocument> list, double weight) =>
        [.. Enumerable.Range(1, list.Count).Select(rank => weight / ((double)rank * rank))];

    /// <inheritdoc/>
    protected override double Combine(IReadOnlyList<double> parts) => parts.Count * parts.Sum();
}

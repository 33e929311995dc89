namespace Akin.Training.Mining;

/// <summary>A query with what answers it and what only looks as if it did.</summary>
/// <param name="Query">The query.</param>
/// <param name="Positives">Its positives, in the order of the pairs.</param>
/// <param name="Negatives">The negatives found, best first; fewer than asked for when the limits left no more.</param>
public sealed record MinedQuery(string Query, IReadOnlyList<ScoredText> Positives, IReadOnlyList<ScoredText> Negatives);

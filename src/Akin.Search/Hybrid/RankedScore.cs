namespace Akin.Search.Hybrid;

/// <summary>What one way of searching says of a document.</summary>
/// <param name="Rank">The document's place in that ranking, from 1 on; <see langword="null"/> where it stands below those that were looked at.</param>
/// <param name="Score">Its score there: cosine (or the index's metric), BM25, or a re-ranker's.</param>
/// <param name="Share">What it brought to the score of the whole; negative for a document farther away than the nearest hundred.</param>
public readonly record struct RankedScore(int? Rank, float Score, float Share);

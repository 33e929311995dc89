namespace Akin.Search.Hybrid;

/// <summary>What one way of searching says of a document.</summary>
/// <param name="Rank">The document's place in that ranking, from 1 on.</param>
/// <param name="Score">Its score there: cosine (or the index's metric), BM25, or a re-ranker's.</param>
/// <param name="Share">What it brought to the score of the whole; may be negative for a document below those that match a little.</param>
public readonly record struct RankedScore(int Rank, float Score, float Share);

namespace Akin.Client.Messages;

/// <summary>What one way of searching says of a document.</summary>
/// <param name="Rank">Its place in that ranking, from 1 on; null where it stands below those that were looked at.</param>
/// <param name="Score">Its score there: cosine (or the index's metric), BM25, or the re-ranker's.</param>
/// <param name="Share">What it brought to the score of the whole; may be negative.</param>
public sealed record ScorePart(int? Rank, double Score, double Share);

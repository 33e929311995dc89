namespace Akin.Search.Ranking;

/// <summary>Puts documents found in the order of a ranker that reads query and document together: a cross-encoder, or any <see cref="IPairScorer"/> of one's own.</summary>
public static class HitReranking
{
    /// <summary>How many documents are worth reading: what a first search has found beyond them seldom moves to the front.</summary>
    public const int DefaultDepth = 100;

    /// <summary>Scores each document found again.</summary>
    /// <param name="query">The query.</param>
    /// <param name="hits">The documents found.</param>
    /// <param name="scorer">Gives one score to a pair of query and document.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The same documents with the new scores, best first; equals stay in their order.</returns>
    /// <exception cref="ArgumentException">The ranker gives several scores to a pair.</exception>
    public static IReadOnlyList<SearchHit> Rerank(string query, IReadOnlyList<SearchHit> hits, IPairScorer scorer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(hits);
        ArgumentNullException.ThrowIfNull(scorer);
        if (scorer.LabelCount != 1)
        {
            throw new ArgumentException($"The ranker gives {scorer.LabelCount} scores to a pair: documents can be ranked by one.", nameof(scorer));
        }

        float[] scores = scorer.Score([.. hits.Select(hit => (query, hit.Document.EmbeddingText))], cancellationToken);
        return [.. hits.Zip(scores, (hit, score) => hit with { Score = score }).OrderByDescending(hit => hit.Score)];
    }
}

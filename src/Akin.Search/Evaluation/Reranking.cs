namespace Akin.Search.Evaluation;

/// <summary>Puts what a search has found in the order of a model that reads query and document together.</summary>
public static class Reranking
{
    /// <summary>Scores the first documents of every query again.</summary>
    /// <remarks>
    /// The documents below <paramref name="depth"/> follow in their order, with scores moved below those of the others, since measures go by scores.
    /// </remarks>
    /// <param name="collection">The texts of queries and documents.</param>
    /// <param name="run">What was found.</param>
    /// <param name="scorer">Gives one score to a pair of query and document.</param>
    /// <param name="depth">How many documents of a query are scored; at least 1.</param>
    /// <param name="progress">Told how many pairs are scored.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>A new run of the same documents.</returns>
    /// <exception cref="ArgumentException">The model gives several scores, or the run names a query or document that the collection lacks.</exception>
    public static RetrievalRun Run(
        BeirCollection collection,
        RetrievalRun run,
        IPairScorer scorer,
        int depth = 100,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        if (scorer.LabelCount != 1)
        {
            throw new ArgumentException($"The model gives {scorer.LabelCount} scores to a pair: documents can be ranked by one.", nameof(scorer));
        }

        Dictionary<string, string> queries = collection.Queries.ToDictionary();
        Dictionary<string, string> documents = collection.Documents.ToDictionary(document => document.Id, document => document.EmbeddingText);
        RetrievalRun reranked = new();
        int done = 0;
        foreach (string query in run.Queries)
        {
            ScoredDocument[] top = [.. run[query].Take(depth)];
            float[] scores = scorer.Score([.. top.Select(document => (Text(queries, query), Text(documents, document.DocumentId)))], cancellationToken);
            ScoredDocument[] sorted = [.. top.Zip(scores, (document, score) => new ScoredDocument(document.DocumentId, score)).OrderByDescending(document => document.Score)];
            ScoredDocument[] rest = [.. run[query].Skip(depth)];
            double shift = rest.Length == 0 ? 0 : sorted[^1].Score - 1 - rest.Max(document => document.Score);
            reranked.Add(query, [.. sorted, .. rest.Select(document => new ScoredDocument(document.DocumentId, document.Score + shift))]);
            progress?.Report(done += top.Length);
        }

        return reranked;
    }

    private static string Text(Dictionary<string, string> texts, string id) =>
        texts.TryGetValue(id, out string? text) ? text : throw new ArgumentException($"The collection has no '{id}', which the run names.");
}

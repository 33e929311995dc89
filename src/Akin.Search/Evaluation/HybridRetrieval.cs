using Akin.Kernels;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;

namespace Akin.Search.Evaluation;

/// <summary>Answers the queries of a test collection by words and by meaning at once, in memory.</summary>
public static class HybridRetrieval
{
    /// <summary>Searches both ways and fuses the rankings, as <see cref="HybridIndex"/> does.</summary>
    /// <param name="collection">Documents and queries.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="words">How words are searched.</param>
    /// <param name="weights">How much words and meaning count; learnt from the documents, not from the judgements, when null.</param>
    /// <param name="pool">The threads that search; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <param name="progress">Told how many texts are encoded.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The run, queries in the order of the collection, and the weights it was fused with.</returns>
    public static (RetrievalRun Run, HybridWeights Weights) Run(
        BeirCollection collection,
        IEncoder encoder,
        Bm25Options words,
        HybridWeights? weights = null,
        WorkerPool? pool = null,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        IReadOnlyList<SelfMadeQuery> selfMade = weights is null ? SelfMadeQuery.Of(Sample(collection.Documents)) : [];
        BeirCollection extended = collection.With([.. collection.Queries, .. selfMade.Select((query, i) => new KeyValuePair<string, string>(SelfMadeId(i), query.Text))]);
        RetrievalRun byWords = LexicalRetrieval.Run(extended, words, HybridWeights.Depth, pool, progress: null, cancellationToken);
        RetrievalRun byMeaning = DenseRetrieval.Run(extended, encoder, HybridWeights.Depth, pool, progress, cancellationToken);
        weights ??= HybridWeights.Learn(selfMade, Answers(byWords), Answers(byMeaning));
        RetrievalRun fused = new();
        foreach ((string query, _) in collection.Queries)
        {
            fused.Add(query, weights.Fuse(byWords[query], byMeaning[query]));
        }

        return (fused, weights);

        IReadOnlyList<string>[] Answers(RetrievalRun run) => [.. selfMade.Select((_, i) => (IReadOnlyList<string>)[.. run[SelfMadeId(i)].Select(document => document.DocumentId)])];
    }

    // No query of a file begins like this.
    private static string SelfMadeId(int index) => $"\0{index}";

    private static IEnumerable<Document> Sample(IReadOnlyList<Document> documents)
    {
        int count = Math.Min(HybridWeights.QueryCount, documents.Count);
        return Enumerable.Range(0, count).Select(i => documents[(int)((long)i * documents.Count / count)]);
    }
}

using Akin.Kernels;
using Akin.Search.Lexical;

namespace Akin.Search.Evaluation;

/// <summary>Answers the queries of a test collection by their words (BM25), in memory.</summary>
public static class LexicalRetrieval
{
    // Queries searched before progress is told.
    private const int QueriesPerBlock = 256;

    /// <summary>Indexes all documents (title and text) and searches them for every query.</summary>
    /// <param name="collection">Documents and queries.</param>
    /// <param name="options">Weights and analyser.</param>
    /// <param name="depth">How many documents to keep for a query; at least 1.</param>
    /// <param name="pool">The threads that search; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <param name="progress">Told how many queries are answered.</param>
    /// <param name="cancellationToken">Stops between documents and between blocks of queries.</param>
    /// <returns>The run, queries in the order of the collection.</returns>
    public static RetrievalRun Run(
        BeirCollection collection,
        Bm25Options options,
        int depth = RetrievalFigures.Depth,
        WorkerPool? pool = null,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        pool ??= WorkerPool.Shared;
        Bm25Index index = new(collection.Documents.Select(document => document.EmbeddingText), options, cancellationToken);
        IReadOnlyList<LexicalHit>[] answers = new IReadOnlyList<LexicalHit>[collection.Queries.Count];
        for (int first = 0; first < answers.Length; first += QueriesPerBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(QueriesPerBlock, answers.Length - first);
            SearchBody body = new(index, collection.Queries, depth, first, answers);
            pool.For(count, ref body);
            progress?.Report(first + count);
        }

        RetrievalRun run = new();
        for (int i = 0; i < answers.Length; i++)
        {
            run.Add(collection.Queries[i].Key, [.. answers[i].Select(hit => new ScoredDocument(collection.Documents[hit.Document].Id, hit.Score))]);
        }

        return run;
    }

    private readonly struct SearchBody(
        Bm25Index index, IReadOnlyList<KeyValuePair<string, string>> queries, int depth, int first, IReadOnlyList<LexicalHit>[] answers) : IParallelBody
    {
        public void Execute(int taskIndex) => answers[first + taskIndex] = index.Search(queries[first + taskIndex].Value, depth);
    }
}

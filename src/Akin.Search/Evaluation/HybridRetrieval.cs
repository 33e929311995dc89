using Akin.Kernels;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;

namespace Akin.Search.Evaluation;

/// <summary>Answers the queries of a test collection by words and by meaning at once.</summary>
public static class HybridRetrieval
{
    /// <summary>Makes an index of the collection in a temporary folder and searches it with <see cref="HybridIndex"/>.</summary>
    /// <param name="collection">Documents and queries.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="words">How words are searched.</param>
    /// <param name="weights">How much words and meaning count; learnt from the documents, not from the judgements, when null.</param>
    /// <param name="pool">The threads that search; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <param name="progress">Told how many texts are encoded.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The run, queries in the order of the collection, and the weights it was fused with.</returns>
    /// <exception cref="IndexStorageException">The temporary folder is full or cannot be written.</exception>
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
        string folder = Directory.CreateTempSubdirectory("akin-eval-").FullName;
        try
        {
            using SemanticIndex meaning = SemanticIndex.OpenOrCreate(folder, encoder, pool: pool);
            meaning.Add(collection.Documents, progress: progress is null ? null : new Stored(progress), cancellationToken: cancellationToken);
            using LexicalIndex byWords = new(meaning.Store, new LexicalOptions { Scoring = words }, pool);
            HybridIndex index = new(meaning, byWords, weights);
            string[] queries = [.. collection.Queries.Select(query => query.Value)];
            IReadOnlyList<SearchHit>[] answers = index.SearchMany(queries, RetrievalFigures.Depth, cancellationToken: cancellationToken);
            progress?.Report(collection.Documents.Count + queries.Length);
            RetrievalRun run = new();
            for (int i = 0; i < answers.Length; i++)
            {
                run.Add(collection.Queries[i].Key, [.. answers[i].Select(hit => new ScoredDocument(hit.Document.Id, hit.Score))]);
            }

            return (run, index.Weights);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class Stored(IProgress<int> progress) : IProgress<AddProgress>
    {
        public void Report(AddProgress value) => progress.Report((int)value.Total);
    }
}

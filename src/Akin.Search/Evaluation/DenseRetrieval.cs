using Akin.Kernels;

namespace Akin.Search.Evaluation;

/// <summary>Answers the queries of a test collection with an encoder and exact cosine search, in memory.</summary>
public static class DenseRetrieval
{
    /// <summary>Encodes all documents and queries and ranks every document for every query.</summary>
    /// <param name="collection">Documents and queries.</param>
    /// <param name="encoder">The encoder.</param>
    /// <param name="depth">How many documents to keep for a query; at least 1.</param>
    /// <param name="pool">The threads that compare; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <param name="progress">Told how many texts are encoded.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The run, queries in the order of the collection.</returns>
    public static RetrievalRun Run(
        BeirCollection collection,
        IEncoder encoder,
        int depth = 100,
        WorkerPool? pool = null,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        pool ??= WorkerPool.Shared;
        RetrievalRun run = new();
        if (collection.Documents.Count == 0)
        {
            return run;
        }

        int encoded = 0;
        float[] documents = Encode(collection.Documents.Select(document => document.EmbeddingText), encoder.Encode);
        float[] queries = Encode(collection.Queries.Select(query => query.Value), encoder.EncodeQueries);
        TopK[] best = [.. collection.Queries.Select(_ => new TopK(Math.Min(depth, collection.Documents.Count)))];
        VectorScan.Run(VectorMetric.Dot, queries, encoder.Dimension, documents, 0, best, pool);
        int[] positions = new int[depth];
        float[] scores = new float[depth];
        for (int i = 0; i < best.Length; i++)
        {
            int count = best[i].Drain(positions, scores);
            ScoredDocument[] ranking = new ScoredDocument[count];
            for (int rank = 0; rank < count; rank++)
            {
                ranking[rank] = new ScoredDocument(collection.Documents[positions[rank]].Id, scores[rank]);
            }

            run.Add(collection.Queries[i].Key, ranking);
        }

        return run;

        float[] Encode(IEnumerable<string> texts, Func<IReadOnlyList<string>, CancellationToken, float[][]> encode)
        {
            const int BatchSize = 512;
            List<float[]> vectors = [];
            foreach (string[] batch in texts.Chunk(BatchSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                vectors.AddRange(encode(batch, cancellationToken));
                encoded += batch.Length;
                progress?.Report(encoded);
            }

            float[] rows = new float[vectors.Count * encoder.Dimension];
            for (int i = 0; i < vectors.Count; i++)
            {
                vectors[i].CopyTo(rows, i * encoder.Dimension);
            }

            Normalize.Rows(rows, vectors.Count, encoder.Dimension, Normalize.DefaultEpsilon, rows, pool);
            return rows;
        }
    }
}

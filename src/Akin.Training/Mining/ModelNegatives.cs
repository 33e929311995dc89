using System.Numerics.Tensors;
using Akin.Kernels;
using Akin.Search;
using Akin.Training.Evaluation;

namespace Akin.Training.Mining;

/// <summary>Proposes the texts whose embeddings are nearest to the query's, by cosine: what the model itself confuses.</summary>
/// <param name="model">The model; queries get its prompt for queries, texts that for documents.</param>
public sealed class ModelNegatives(IEncoder model) : INegativeSource
{
    private const int BatchSize = 512;

    // Selections kept at a time.
    private const int QueriesPerScan = 1024;

    /// <inheritdoc/>
    public IReadOnlyList<NegativeCandidates> Find(
        IReadOnlyList<string> queries,
        IReadOnlyList<string> corpus,
        IReadOnlyList<int[]> positives,
        int count,
        IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        EncodedCount encoded = new(progress);
        float[] documents = Embed(corpus, model.Encode, encoded, cancellationToken);
        float[] questions = Embed(queries, model.EncodeQueries, encoded, cancellationToken);
        int dimension = model.Dimension;
        NegativeCandidates[] candidates = new NegativeCandidates[queries.Count];
        TopK[] best = [.. Enumerable.Range(0, Math.Min(QueriesPerScan, queries.Count)).Select(_ => new TopK(Math.Min(count, corpus.Count)))];
        for (int first = 0; first < queries.Count; first += QueriesPerScan)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int block = Math.Min(QueriesPerScan, queries.Count - first);
            VectorScan.Run(
                VectorMetric.Dot, questions.AsSpan(first * dimension, block * dimension), dimension, documents, 0, best.AsSpan(0, block), WorkerPool.Shared);
            for (int i = 0; i < block; i++)
            {
                int[] rows = new int[best[i].Count];
                float[] scores = new float[rows.Length];
                best[i].Drain(rows, scores);
                candidates[first + i] = new NegativeCandidates(rows, scores, [.. positives[first + i].Select(row => Cosine(first + i, row))]);
            }
        }

        return candidates;

        float Cosine(int query, int row) =>
            TensorPrimitives.Dot<float>(questions.AsSpan(query * dimension, dimension), documents.AsSpan(row * dimension, dimension));
    }

    private float[] Embed(IReadOnlyList<string> texts, Func<IReadOnlyList<string>, CancellationToken, float[][]> encode, EncodedCount encoded, CancellationToken cancellationToken)
    {
        float[] rows = new float[(long)texts.Count * model.Dimension];
        int place = 0;
        foreach (string[] batch in texts.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (float[] embedding in encode(batch, cancellationToken))
            {
                embedding.CopyTo(rows, place);
                place += embedding.Length;
            }

            encoded.Add(batch.Length);
        }

        Normalize.Rows(rows, texts.Count, model.Dimension, Normalize.DefaultEpsilon, rows, WorkerPool.Shared);
        return rows;
    }
}

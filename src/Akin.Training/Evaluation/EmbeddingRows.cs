using Akin.Kernels;

namespace Akin.Training.Evaluation;

/// <summary>Embeddings as one matrix <c>[rows, dimension]</c>, as the kernels want them.</summary>
internal sealed class EmbeddingRows
{
    private EmbeddingRows(float[][] embeddings)
    {
        Count = embeddings.Length;
        Dimension = embeddings.Length == 0 ? 0 : embeddings[0].Length;
        Values = new float[(long)Count * Dimension];
        for (int i = 0; i < Count; i++)
        {
            embeddings[i].CopyTo(Values, i * Dimension);
        }
    }

    public int Count { get; }

    public int Dimension { get; }

    public float[] Values { get; }

    public static EmbeddingRows Of(float[][] embeddings) => new(embeddings);

    /// <summary>Each row scaled to length 1, so that a dot product is a cosine.</summary>
    public static EmbeddingRows Normalized(float[][] embeddings)
    {
        EmbeddingRows rows = new(embeddings);
        Normalize.Rows(rows.Values, rows.Count, rows.Dimension, Normalize.DefaultEpsilon, rows.Values, WorkerPool.Shared);
        return rows;
    }

    /// <summary>Offers every row to the selection of each query.</summary>
    public void Search(VectorMetric metric, EmbeddingRows queries, int firstRow, TopK[] best) =>
        VectorScan.Run(metric, queries.Values, Dimension, Values, firstRow, best, WorkerPool.Shared);
}

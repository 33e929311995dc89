using Akin.Kernels;
using Akin.Search.Graph;

namespace Akin.Search.Vectors;

/// <summary>Compares queries with every row of a snapshot and keeps the best.</summary>
internal static class ExactScan
{
    // A span holds at most 2^31 elements: larger matrices are scanned in parts.
    private const int LargestPart = 1 << 30;

    /// <param name="snapshot">The rows.</param>
    /// <param name="metric">The metric of the index.</param>
    /// <param name="queries">Prepared queries `[queryCount, dimension]`.</param>
    /// <param name="queryCount">How many.</param>
    /// <param name="count">Rows wanted for each.</param>
    /// <param name="precision">How the rows are read.</param>
    /// <param name="filter">The rows that may be found; all of them when null. Those are compared one by one, in float32.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <returns>For each query the best rows, best first.</returns>
    public static RowScore[][] Run(
        VectorSnapshot snapshot, VectorMetric metric, float[] queries, int queryCount, int count, VectorPrecision precision, KeySet? filter, WorkerPool pool)
    {
        if (snapshot.Count == 0)
        {
            return [.. Enumerable.Repeat<RowScore[]>([], queryCount)];
        }

        int dimension = queries.Length / queryCount;
        count = Math.Min(count, snapshot.Count);
        bool isCoded = precision == VectorPrecision.Int8 && filter is null;
        int candidateCount = isCoded
            ? (int)Math.Min(snapshot.Count, Math.Max((long)count * VectorIndex.RescoringFactor, VectorIndex.LeastCandidateCount))
            : count;
        TopK[] best = new TopK[queryCount];
        for (int i = 0; i < queryCount; i++)
        {
            best[i] = new TopK(candidateCount);
        }

        sbyte[] codes = isCoded ? new sbyte[queries.Length] : [];
        float[] scales = isCoded ? new float[queryCount] : [];
        if (isCoded)
        {
            Quantization.ToInt8(queries, dimension, codes, scales);
        }

        if (filter is not null)
        {
            Offer(snapshot, metric, queries, filter, best);
        }

        int position = 0;
        for (int i = 0; i < snapshot.Blocks.Length && filter is null; i++)
        {
            VectorBlock block = snapshot.Blocks[i];
            int rowCount = snapshot.CountOf(i);
            int partRows = LargestPart / dimension;
            for (int first = 0; first < rowCount; first += partRows)
            {
                int partCount = Math.Min(partRows, rowCount - first);
                if (!isCoded)
                {
                    VectorScan.Run(ScanForm.MetricOf(metric), queries, dimension, block.Vectors(first, partCount), position + first, best, pool);
                }
                else if (metric == VectorMetric.Euclidean)
                {
                    EuclideanCodeScan.Run(codes, scales, block, first, partCount, position + first, best, pool);
                }
                else
                {
                    VectorScan.Run(codes, dimension, block.Codes(first, partCount), block.Scales.Slice(first, partCount), position + first, best, pool);
                }
            }

            position += rowCount;
        }

        RowScore[][] answers = new RowScore[queryCount][];
        int[] positions = new int[candidateCount];
        float[] scores = new float[candidateCount];
        for (int i = 0; i < queryCount; i++)
        {
            int kept = best[i].Drain(positions, scores);
            if (isCoded)
            {
                kept = Rescore(snapshot, metric, queries.AsSpan(i * dimension, dimension), positions, scores, kept, count);
            }

            answers[i] = Answer(snapshot, positions, scores, kept);
        }

        return answers;
    }

    /// <summary>Offers the rows of a filter to each query's selection.</summary>
    private static void Offer(VectorSnapshot snapshot, VectorMetric metric, float[] queries, KeySet filter, TopK[] best)
    {
        int dimension = queries.Length / best.Length;
        float[] scores = new float[best.Length];
        int position = 0;
        for (int i = 0; i < snapshot.Blocks.Length; i++)
        {
            VectorBlock block = snapshot.Blocks[i];
            int rowCount = snapshot.CountOf(i);
            ReadOnlySpan<long> rows = block.Rows;
            for (int index = 0; index < rowCount; index++)
            {
                if (filter.Contains(rows[index]))
                {
                    Distances.Scores(ScanForm.MetricOf(metric), queries, dimension, block.Vectors(index, 1), scores, WorkerPool.Serial);
                    for (int query = 0; query < best.Length; query++)
                    {
                        best[query].Add(position + index, scores[query]);
                    }
                }
            }

            position += rowCount;
        }
    }

    /// <summary>Scores candidates in float32 and keeps the best of them.</summary>
    private static int Rescore(
        VectorSnapshot snapshot, VectorMetric metric, ReadOnlySpan<float> query, Span<int> positions, Span<float> scores, int candidateCount, int count)
    {
        TopK best = new(count);
        foreach (int position in positions[..candidateCount])
        {
            (VectorBlock block, int index) = snapshot.Locate(position);
            float score = 0;
            Distances.Scores(
                ScanForm.MetricOf(metric), query, query.Length, block.Vectors(index, 1), new Span<float>(ref score), WorkerPool.Serial);
            best.Add(position, score);
        }

        return best.Drain(positions, scores);
    }

    private static RowScore[] Answer(VectorSnapshot snapshot, ReadOnlySpan<int> positions, ReadOnlySpan<float> scores, int kept)
    {
        // Blanked rows come last.
        while (kept > 0 && float.IsNaN(scores[kept - 1]))
        {
            kept--;
        }

        RowScore[] answer = new RowScore[kept];
        for (int i = 0; i < kept; i++)
        {
            (VectorBlock block, int index) = snapshot.Locate(positions[i]);
            answer[i] = new RowScore(block.Rows[index], scores[i]);
        }

        return answer;
    }
}

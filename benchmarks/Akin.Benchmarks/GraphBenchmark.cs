using System.Diagnostics;
using Akin.Datasets;
using Akin.Kernels;
using Akin.Search;
using Akin.Search.Graph;

namespace Akin.Benchmarks;

/// <summary>What an HNSW graph still finds after half of its entries were removed and added again, and when few of them are allowed.</summary>
/// <remarks>Recall@10 counts an answer whose score reaches the exact tenth of what may be found, so that ties cost nothing.</remarks>
internal static class GraphBenchmark
{
    private const int Count = 10;
    private const float ScoreTolerance = 1e-6f;
    private static readonly double[] Selectivities = [0.5, 0.05, 0.005, 0.0005];

    /// <param name="pool">Threads.</param>
    /// <param name="data">Vectors, .npy.</param>
    /// <param name="queries">Query vectors, .npy.</param>
    /// <param name="precision">What a walk reads.</param>
    public static void Run(WorkerPool pool, string data, string queries, VectorPrecision precision)
    {
        NumpyMatrix vectors = NumpyMatrix.Read(data), asked = NumpyMatrix.Read(queries);
        long[] keys = [.. Enumerable.Range(0, vectors.RowCount).Select(row => (long)row)];
        HnswIndex index = new(vectors.ColumnCount, VectorMetric.Cosine, new HnswOptions { Precision = precision }, vectors.RowCount, pool);
        Timed("built", () => index.AddRange(keys, vectors.Values));
        Report("all entries", index, asked, HnswSearchOptions.Default);

        Random random = new(1);
        foreach (double selectivity in Selectivities)
        {
            KeySet allowed = new(keys.Where(_ => random.NextDouble() < selectivity));
            Report($"filter of {selectivity:P2}", index, asked, new HnswSearchOptions { Filter = allowed });
        }

        random.Shuffle(keys);
        long[] half = keys[..(keys.Length / 2)];
        float[] again = [.. half.SelectMany(key => vectors.Row((int)key).ToArray())];
        Timed("half removed", () => index.RemoveRange(half));
        Report("half removed", index, asked, HnswSearchOptions.Default);
        Timed("half added again", () => index.AddRange(half, again));
        Report("half added again", index, asked, HnswSearchOptions.Default);
    }

    private static void Timed(string what, Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        Console.WriteLine($"{what}: {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
    }

    private static void Report(string name, HnswIndex index, NumpyMatrix queries, HnswSearchOptions options)
    {
        int good = 0, wanted = 0;
        double seconds = 0;
        for (int query = 0; query < queries.RowCount; query++)
        {
            GraphHit[] exact = index.Search(queries.Row(query), Count, options with { Method = HnswSearchMethod.Scan });
            long start = Stopwatch.GetTimestamp();
            GraphHit[] found = index.Search(queries.Row(query), Count, options);
            seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
            wanted += exact.Length;
            good += found.Count(hit => hit.Score >= exact[^1].Score - ScoreTolerance);
        }

        Console.WriteLine($"{name,-20} recall {(double)good / wanted:F4}  {queries.RowCount / seconds,8:N0} queries/s");
    }
}

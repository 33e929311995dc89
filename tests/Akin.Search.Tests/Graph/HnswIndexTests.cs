using System.Collections.Concurrent;
using Akin.Kernels;
using Akin.Search.Graph;

namespace Akin.Search.Tests.Graph;

public sealed class HnswIndexTests
{
    private const int Count = 1500;
    private const int Dimension = 24;

    private static readonly HnswOptions Small = new() { M = 12, EfConstruction = 100 };
    private static readonly HnswSearchOptions Walk = new() { EfSearch = 100, Method = HnswSearchMethod.Walk };
    private static readonly HnswSearchOptions Scan = new() { Method = HnswSearchMethod.Scan };

    // Graphs that tests only search: each is built once.
    private static readonly ConcurrentDictionary<(VectorMetric, VectorPrecision), Lazy<HnswIndex>> Whole = [];
    private static readonly Lazy<ClusteredVectors> Data = new(() => new ClusteredVectors(1, Count, Dimension));

    [Theory]
    [InlineData(VectorMetric.Cosine, VectorPrecision.Float32, 0.99)]
    [InlineData(VectorMetric.Dot, VectorPrecision.Float32, 0.95)]
    [InlineData(VectorMetric.Euclidean, VectorPrecision.Float32, 0.99)]
    [InlineData(VectorMetric.Cosine, VectorPrecision.Int8, 0.99)]
    [InlineData(VectorMetric.Dot, VectorPrecision.Int8, 0.95)]
    [InlineData(VectorMetric.Euclidean, VectorPrecision.Int8, 0.99)]
    [InlineData(VectorMetric.Cosine, VectorPrecision.Binary, 0.8)]
    public void Search_EveryMetricAndPrecision_FindsNearlyAll(VectorMetric metric, VectorPrecision precision, double leastRecall)
    {
        HnswIndex index = Shared(metric, precision);
        Assert.Equal(Count, index.Count);
        Assert.InRange(index.Verify(), 0, Count / 100);
        Assert.True(Recall(index, precision == VectorPrecision.Binary ? Walk with { EfSearch = 400 } : Walk) >= leastRecall);
    }

    [Theory]
    [InlineData(VectorMetric.Cosine)]
    [InlineData(VectorMetric.Dot)]
    [InlineData(VectorMetric.Euclidean)]
    public void Search_Scores_AreThoseOfTheExactSearchBitForBit(VectorMetric metric)
    {
        HnswIndex index = Shared(metric);
        float[] rows = Data.Value.Flat;
        VectorMetric scanned = metric;
        if (metric == VectorMetric.Cosine)
        {
            // As stored: of unit length, so that the cosine is the dot product.
            Normalize.Rows(rows, Count, Dimension, Normalize.DefaultEpsilon, rows, WorkerPool.Serial);
            scanned = VectorMetric.Dot;
        }

        foreach (float[] query in Data.Value.Queries.Take(20))
        {
            float[] prepared = [.. query];
            if (metric == VectorMetric.Cosine)
            {
                Normalize.Rows(query, 1, Dimension, Normalize.DefaultEpsilon, prepared, WorkerPool.Serial);
            }

            float[] scores = new float[Count];
            Distances.Scores(scanned, prepared, Dimension, rows, scores, WorkerPool.Serial);
            GraphHit[] expected = [.. scores.Select((score, row) => new GraphHit(row, score)).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Key).Take(10)];
            Assert.Equal(expected, index.Search(query, 10, Scan));
            Assert.Equal(expected, index.Search(query, 10, Walk with { EfSearch = 1000 }));
        }
    }

    [Fact]
    public void AddRange_OneThread_GivesTheSameGraphAgain()
    {
        HnswIndex first = Built(VectorMetric.Cosine, Small, WorkerPool.Serial);
        HnswIndex second = Built(VectorMetric.Cosine, Small, WorkerPool.Serial);
        HnswSearchOptions narrow = Walk with { EfSearch = 10 };
        Assert.All(Data.Value.Queries, query => Assert.Equal(first.Search(query, 10, narrow), second.Search(query, 10, narrow)));
    }

    [Fact]
    public void AddRange_SeveralThreads_LosesNoRecall()
    {
        HnswSearchOptions narrow = Walk with { EfSearch = 20 };
        double alone = Recall(Built(VectorMetric.Cosine, Small, WorkerPool.Serial), narrow);
        using WorkerPool pool = new(4);
        Assert.InRange(Recall(Built(VectorMetric.Cosine, Small, pool), narrow), alone - 0.01, 1);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.05)]
    [InlineData(0.005)]
    [InlineData(0.0005)]
    public void Search_Filter_KeepsRecallAndFindsNothingElse(double part)
    {
        HnswIndex index = Shared(VectorMetric.Cosine);
        Random random = new(5);
        KeySet filter = new(Enumerable.Range(0, Count).Where(_ => random.NextDouble() < part).Select(row => (long)row).Append(7));
        foreach (HnswSearchMethod method in Enum.GetValues<HnswSearchMethod>())
        {
            HnswSearchOptions options = Walk with { Filter = filter, Method = method };
            Assert.InRange(Recall(index, options), 0.95, 1);
            Assert.All(Data.Value.Queries, query => Assert.All(index.Search(query, 10, options), hit => Assert.True(filter.Contains(hit.Key))));
        }
    }

    [Fact]
    public void Search_FilterFarFromTheQuery_IsFoundAllTheSame()
    {
        HnswIndex index = Shared(VectorMetric.Cosine);
        float[] query = Data.Value.Queries[0];
        long[] farthest = [.. index.Search(query, Count, Scan).TakeLast(Count / 4).Select(hit => hit.Key)];
        HnswSearchOptions options = new() { EfSearch = 10, Filter = new KeySet(farthest) };
        Assert.Equal(index.Search(query, 10, Scan with { Filter = options.Filter }), index.Search(query, 10, options));
    }

    [Fact]
    public void Search_EmptyFilterOrIndex_FindsNothing()
    {
        HnswIndex index = Shared(VectorMetric.Cosine);
        Assert.Empty(index.Search(Data.Value.Queries[0], 10, new HnswSearchOptions { Filter = new KeySet() }));
        HnswIndex empty = new(Dimension);
        Assert.Empty(empty.Search(Data.Value.Queries[0], 10));
        empty.Add(3, Data.Value.Rows[0]);
        Assert.Equal(3, Assert.Single(empty.Search(Data.Value.Queries[0], 10)).Key);
    }

    [Theory]
    [InlineData(VectorPrecision.Float32)]
    [InlineData(VectorPrecision.Int8)]
    public void RemoveRange_HalfAndAddedAgain_CostsNoRecall(VectorPrecision precision)
    {
        HnswIndex index = Built(VectorMetric.Cosine, Small with { Precision = precision });
        HnswSearchOptions narrow = Walk with { EfSearch = 30 };
        double before = Recall(index, narrow);
        Random random = new(9);
        long[] half = [.. Data.Value.Keys.OrderBy(_ => random.Next()).Take(Count / 2)];
        Assert.Equal(half.Length, index.RemoveRange(half));
        Assert.Equal(0, index.RemoveRange(half));
        Assert.Equal(0, index.PendingRepairs);
        Assert.Equal(Count - half.Length, index.Count);
        Assert.InRange(Recall(index, narrow), before - 0.01, 1);
        HashSet<long> gone = [.. half];
        Assert.All(Data.Value.Queries, query => Assert.DoesNotContain(index.Search(query, 50), hit => gone.Contains(hit.Key)));
        index.AddRange(half, half.SelectMany(key => Data.Value.Rows[key]).ToArray());
        Assert.InRange(index.Verify(), 0, Count / 100);
        Assert.InRange(Recall(index, narrow), before - 0.01, 1);
    }

    [Fact]
    public void Remove_BeforeItIsRepaired_IsNotFound()
    {
        HnswIndex index = Built(VectorMetric.Cosine, Small);
        foreach (float[] query in Data.Value.Queries.Take(30))
        {
            long nearest = index.Search(query, 1)[0].Key;
            Assert.True(index.Remove(nearest));
            Assert.False(index.Remove(nearest));
            Assert.False(index.Contains(nearest));
            Assert.DoesNotContain(index.Search(query, 20, Walk), hit => hit.Key == nearest);
        }

        Assert.Equal(30, index.PendingRepairs);
        Assert.True(Recall(index, Walk) >= 0.99);
        index.Repair();
        Assert.Equal(0, index.PendingRepairs);
        index.Verify();
        Assert.True(Recall(index, Walk) >= 0.99);
    }

    [Fact]
    public void Remove_WholeClusterAndEverything_LeavesAGraphThatGrowsAgain()
    {
        HnswIndex index = Built(VectorMetric.Cosine, Small);
        long[] near = [.. index.Search(Data.Value.Queries[0], Count / 10, Scan).Select(hit => hit.Key)];
        index.RemoveRange(near);
        index.Verify();
        Assert.True(Recall(index, Walk) >= 0.99);
        index.AddRange(near, near.SelectMany(key => Data.Value.Rows[key]).ToArray());
        Assert.True(Recall(index, Walk) >= 0.99);
        Assert.Equal(Count, index.RemoveRange(Data.Value.Keys));
        Assert.Empty(index.Search(Data.Value.Queries[0], 10, Walk));
        index.AddRange(Data.Value.Keys, Data.Value.Flat);
        index.Verify();
        Assert.True(Recall(index, Walk) >= 0.99);
    }

    [Fact]
    public void Add_SameKeyAgain_ReplacesTheVector()
    {
        HnswIndex index = new(2, options: Small);
        index.AddRange([1, 2, 1], new float[] { 1, 0, 0, 1, 0.6f, 0.8f });
        Assert.Equal(2, index.Count);
        Assert.Equal([(2L, 1f), (1L, 0.8f)], index.Search([0, 1], 10).Select(hit => (hit.Key, hit.Score)));
        index.Add(2, [-1, 0]);
        Assert.Equal([1L, 2L], index.Search([0, 1], 10).Select(hit => hit.Key));
    }

    [Fact]
    public async Task Search_WhileOthersAddReplaceAndRemove_SeesOnlyWholeVectors()
    {
        // Key k always holds row k (or row k + Count / 2): an answer with another score would be a torn vector.
        HnswIndex index = new(Dimension, VectorMetric.Euclidean, Small);
        ClusteredVectors data = Data.Value;
        index.AddRange(data.Keys.AsSpan(0, 500), data.Flat.AsSpan(0, 500 * Dimension));
        using CancellationTokenSource stop = new();
        Task writer = Task.Run(() =>
        {
            Random random = new(11);
            for (int step = 0; step < 1000; step++)
            {
                int key = random.Next(Count / 2);
                switch (random.Next(3))
                {
                    case 0:
                        index.Add(key, data.Rows[key]);
                        break;
                    case 1:
                        index.Add(key, data.Rows[key + (Count / 2)]);
                        break;
                    default:
                        index.Remove(key);
                        break;
                }
            }

            stop.Cancel();
        });
        Task[] readers =
        [
            .. Enumerable.Range(0, 3).Select(reader => Task.Run(() =>
            {
                Random random = new(reader);
                int searches = 0;
                while (!stop.IsCancellationRequested || searches == 0)
                {
                    float[] query = data.Queries[random.Next(data.Queries.Length)];
                    foreach (GraphHit hit in index.Search(query, 10, Walk))
                    {
                        bool isOwn = hit.Score == Score(query, data.Rows[hit.Key]) || hit.Score == Score(query, data.Rows[hit.Key + (Count / 2)]);
                        Assert.True(isOwn, $"key {hit.Key} with score {hit.Score}");
                    }

                    searches++;
                }
            })),
        ];
        await Task.WhenAll([writer, .. readers]);
        index.Repair();
        index.Verify();
        Assert.True(Recall(index, Walk) >= 0.98);
    }

    [Fact]
    public void Arguments_OutOfBounds_AreNamed()
    {
        HnswIndex index = new(2);
        Assert.Contains("3 floats", Assert.Throws<ArgumentException>(() => index.Search([1, 2, 3], 1)).Message);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => index.Search([1, float.NaN], 1)).Message);
        Assert.Contains("2 vectors of 2 floats are 4 floats, not 3", Assert.Throws<ArgumentException>(() => index.AddRange([1, 2], new float[3])).Message);
        Assert.Contains("Row 1, column 0", Assert.Throws<ArgumentException>(() => index.AddRange([1, 2], new float[] { 1, 1, float.PositiveInfinity, 1 })).Message);
        Assert.Equal(0, index.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => new HnswIndex(2, options: new HnswOptions { M = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 2], 1, new HnswSearchOptions { EfSearch = 0 }));
    }

    private static float Score(float[] query, float[] row)
    {
        float score = 0;
        Distances.Scores(VectorMetric.Euclidean, query, query.Length, row, new Span<float>(ref score), WorkerPool.Serial);
        return score;
    }

    private static HnswIndex Shared(VectorMetric metric, VectorPrecision precision = VectorPrecision.Float32) =>
        Whole.GetOrAdd((metric, precision), _ => new Lazy<HnswIndex>(() => Built(metric, Small with { Precision = precision }))).Value;

    private static HnswIndex Built(VectorMetric metric, HnswOptions options, WorkerPool? pool = null)
    {
        HnswIndex index = new(Dimension, metric, options, pool: pool);
        index.AddRange(Data.Value.Keys, Data.Value.Flat);
        return index;
    }

    /// <summary>The part of the exact ten nearest, among those that may be found, that a search finds.</summary>
    private static double Recall(HnswIndex index, HnswSearchOptions options)
    {
        int found = 0, wanted = 0;
        foreach (float[] query in Data.Value.Queries)
        {
            HashSet<long> expected = [.. index.Search(query, 10, Scan with { Filter = options.Filter }).Select(hit => hit.Key)];
            wanted += expected.Count;
            found += index.Search(query, 10, options).Count(hit => expected.Contains(hit.Key));
        }

        return (double)found / wanted;
    }
}

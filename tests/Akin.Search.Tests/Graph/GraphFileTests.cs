using Akin.Kernels;
using Akin.Search.Storage;

namespace Akin.Search.Tests.Graph;

/// <summary>An index with a graph: the file, what came after it, and what happens when it is damaged.</summary>
public sealed class GraphFileTests : IDisposable
{
    private const int Count = 900;
    private const int Dimension = 16;

    private static readonly ClusteredVectors Data = new(3, Count, Dimension, clusterCount: 20);

    // So narrow that a walk costs less than comparing everything.
    private static readonly VectorSearchOptions Narrow = new() { EfSearch = 30 };

    private readonly TemporaryFolder _temporary = new();

    private string Folder => _temporary["index.akin"];

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(VectorMetric.Cosine, VectorPrecision.Float32)]
    [InlineData(VectorMetric.Dot, VectorPrecision.Int8)]
    [InlineData(VectorMetric.Euclidean, VectorPrecision.Int8)]
    [InlineData(VectorMetric.Euclidean, VectorPrecision.Float32)]
    [InlineData(VectorMetric.Cosine, VectorPrecision.Binary)]
    public void Search_PublishedGraph_FindsWhatTheExactIndexFinds(VectorMetric metric, VectorPrecision precision)
    {
        using DocumentStore store = Create(metric);
        using VectorIndex index = new(store);
        Put(store, 0, Count);
        SearchHit[][] expected = Answers(index, new VectorSearchOptions());
        index.Configure(new VectorIndexSettings { Kind = VectorIndexKind.Hnsw, Precision = precision, M = 8, EfConstruction = 60 });
        Assert.Equal(0, index.GraphCount);
        Assert.Equal(expected, Answers(index, Narrow));
        Assert.True(index.Publish());
        Assert.Equal(Count, index.GraphCount);
        Assert.False(index.Publish());
        VectorIndexCheck check = index.Verify();
        Assert.Equal((Count, Count, (string?)null), (check.ScannedDocuments, check.GraphDocuments, check.Damage));
        // By dot product a short vector is near to none, so there may be no way to it.
        Assert.InRange(check.UnreachableDocuments, 0, metric == VectorMetric.Dot ? Count / 20 : Count / 100);
        Assert.InRange(Recall(expected, Answers(index, precision == VectorPrecision.Binary ? new VectorSearchOptions { EfSearch = 70 } : Narrow)), precision == VectorPrecision.Binary ? 0.7 : 0.95, 1);

        using DocumentStore again = DocumentStore.Open(Folder);
        using VectorIndex opened = new(again);
        Assert.Equal(index.Settings, opened.Settings);
        Assert.Equal(Answers(index, Narrow), Answers(opened, Narrow));
        Assert.Equal(Count, opened.GraphCount);
    }

    [Fact]
    public void Search_AfterTheGraphWasWritten_IncludesWhatIsNewAndNothingDeleted()
    {
        using DocumentStore store = Create();
        using VectorIndex index = Published(store, 0, 600);
        Put(store, 600, Count);
        string[] deleted = [.. Enumerable.Range(0, Count).Where(row => row % 5 == 0).Select(Id)];
        store.Delete(deleted);
        SearchHit[][] expected = Exactly(store);
        SearchHit[][] found = Answers(index, Narrow);
        Assert.Equal(600, index.GraphCount);
        Assert.InRange(Recall(expected, found), 0.95, 1);
        Assert.DoesNotContain(found.SelectMany(hits => hits), hit => deleted.Contains(hit.Document.Id));

        // The next publication leads the graph around what was deleted and adds what is new.
        Put(store, 0, 50);
        Assert.True(Publish(store, index));
        Assert.Equal(store.Count, index.GraphCount);
        VectorIndexCheck check = index.Verify();
        Assert.Equal((null, (int)store.Count), (check.Damage, check.GraphDocuments));
        Assert.InRange(check.UnreachableDocuments, 0, 5);
        Assert.InRange(Recall(Exactly(store), Answers(index, Narrow)), 0.95, 1);
    }

    [Fact]
    public void Search_FilterOfRows_FindsThoseAloneInGraphAndMemory()
    {
        using DocumentStore store = Create();
        using VectorIndex index = Published(store, 0, 700);
        Put(store, 700, Count);
        long[] rows = [.. Enumerable.Range(0, Count).Where(row => row % 3 == 0).Select(row => (long)row + 1)];
        VectorSearchOptions options = Narrow with { Rows = new(rows) };
        SearchHit[][] found = Answers(index, options);
        Assert.All(found.SelectMany(hits => hits), hit => Assert.Equal(0, int.Parse(hit.Document.Id[1..]) % 3));
        index.Configure(VectorIndexSettings.Default);
        Assert.Equal(0, index.GraphCount + Answers(index, options).Count(hits => hits.Length != 10));
        Assert.InRange(Recall(Answers(index, options), found), 0.95, 1);
    }

    [Fact]
    public void Configure_BackToExact_ForgetsTheGraph()
    {
        using DocumentStore store = Create();
        using VectorIndex index = Published(store, 0, 300);
        Assert.Single(Directory.GetFiles(Folder, "graph-*"));
        index.Configure(VectorIndexSettings.Default);
        Assert.Equal(0, index.GraphCount);
        Assert.Equal(Exactly(store), Answers(index, Narrow));
        Assert.False(index.Publish());
        Assert.Empty(Directory.GetFiles(Folder, "graph-*"));
        Assert.Contains("graph alone", Assert.Throws<ArgumentException>(() => index.Configure(new VectorIndexSettings { Precision = VectorPrecision.Binary })).Message);
    }

    [Fact]
    public void Open_GraphDamagedAnywhere_ComparesEveryVectorAndIsMendedByThePublication()
    {
        SearchHit[][] expected;
        using (DocumentStore store = Create())
        {
            using VectorIndex index = Published(store, 0, 200);
            expected = Exactly(store);
        }

        string path = Directory.GetFiles(Folder, "graph-*").Single();
        byte[] whole = File.ReadAllBytes(path);
        Random random = new(8);
        for (int round = 0; round < 60; round++)
        {
            byte[] damaged = [.. whole];
            if (round % 2 == 0)
            {
                int bit = random.Next(round % 4 == 0 ? 8 * 112 : 8 * whole.Length);
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            }
            else
            {
                Array.Resize(ref damaged, random.Next(whole.Length));
            }

            File.WriteAllBytes(path, damaged);
            using DocumentStore store = DocumentStore.Open(Folder);
            using VectorIndex index = new(store);
            SearchHit[][] found = Answers(index, Narrow);
            // A bit of the first page that belongs to nothing changes nothing.
            if (index.GraphCount == 0)
            {
                Assert.Contains("Graph file", index.Damage);
                Assert.Equal(expected, found);
            }
            else
            {
                Assert.InRange(Recall(expected, found), 0.95, 1);
            }
        }

        using DocumentStore last = DocumentStore.Open(Folder);
        using VectorIndex mended = new(last);
        Assert.NotNull(mended.Verify().Damage);
        Assert.True(mended.Publish());
        Assert.Null(mended.Verify().Damage);
        Assert.Equal(200, mended.GraphCount);
    }

    private static string Id(int row) => "v" + row;

    private static void Put(DocumentStore store, int first, int end) =>
        store.Upsert([.. Enumerable.Range(first, end - first).Select(row => new DocumentVector(new Document(Id(row), ""), Data.Rows[row]))]);

    private static SearchHit[][] Answers(VectorIndex index, VectorSearchOptions options) =>
        [.. index.SearchMany(Data.Queries[..40], 10, options).Select(hits => hits.ToArray())];

    private static double Recall(SearchHit[][] expected, SearchHit[][] found)
    {
        int wanted = expected.Sum(hits => hits.Length);
        return (double)expected.Zip(found).Sum(pair => pair.First.Intersect(pair.Second).Count()) / wanted;
    }

    /// <summary>Publishes what is there, however little has changed.</summary>
    private static bool Publish(DocumentStore store, VectorIndex index)
    {
        for (int round = 0; round < 5; round++)
        {
            if (index.Publish())
            {
                return true;
            }

            Put(store, 0, 250);
        }

        return false;
    }

    private DocumentStore Create(VectorMetric metric = VectorMetric.Cosine) =>
        DocumentStore.OpenOrCreate(Folder, new IndexFacts("m", Dimension) { Metric = metric });

    private static VectorIndex Published(DocumentStore store, int first, int end)
    {
        VectorIndex index = new(store);
        index.Configure(new VectorIndexSettings { Kind = VectorIndexKind.Hnsw, M = 8, EfConstruction = 60 });
        Put(store, first, end);
        Assert.True(index.Publish());
        Assert.Equal(end - first, index.GraphCount);
        return index;
    }

    /// <summary>What a comparison of every vector finds.</summary>
    private static SearchHit[][] Exactly(DocumentStore store)
    {
        float[][] vectors = [.. store.Enumerate().Select(document => store.GetVector(document.Id)!)];
        Document[] documents = [.. store.Enumerate()];
        return
        [
            .. Data.Queries[..40].Select(query =>
            {
                float[] scores = new float[vectors.Length];
                float[] rows = [.. vectors.SelectMany(vector => vector)];
                float[] prepared = [.. query];
                Normalize.Rows(rows, vectors.Length, Dimension, Normalize.DefaultEpsilon, rows, WorkerPool.Serial);
                Normalize.Rows(query, 1, Dimension, Normalize.DefaultEpsilon, prepared, WorkerPool.Serial);
                Distances.Scores(VectorMetric.Dot, prepared, Dimension, rows, scores, WorkerPool.Serial);
                return scores.Select((score, row) => new SearchHit(documents[row], score)).OrderByDescending(hit => hit.Score).Take(10).ToArray();
            }),
        ];
    }
}

using Akin.Kernels;
using Akin.Search.Storage;

namespace Akin.Search.Tests;

public sealed class VectorIndexTests : IDisposable
{
    // Dense scores are float32 sums in another order than the float64 golden.
    private const double GoldenScoreTolerance = 2e-6;

    private readonly TemporaryFolder _temporary = new();

    private string Folder => _temporary["index.akin"];

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(VectorPrecision.Float32, true)]
    [InlineData(VectorPrecision.Float32, false)]
    [InlineData(VectorPrecision.Int8, true)]
    [InlineData(VectorPrecision.Int8, false)]
    public void Search_RealEmbeddings_GivesTheExactTop20(VectorPrecision precision, bool isPublished)
    {
        GoldenVectors golden = GoldenVectors.Read();
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, new IndexFacts("all-MiniLM-L6-v2", GoldenVectors.Dimension));
        store.Upsert([.. golden.Documents.Select((id, row) => new DocumentVector(new Document(id, ""), golden.Vectors[row]))]);
        using VectorIndex index = new(store);
        Assert.True(!isPublished || index.Publish());
        IReadOnlyList<SearchHit>[] answers = index.SearchMany(golden.Queries, 20, precision);
        Assert.Equal(isPublished ? 500 : 0, index.MappedCount);
        for (int query = 0; query < golden.Queries.Length; query++)
        {
            Assert.Equal(golden.NearestRows[query].Select(row => golden.Documents[row]), answers[query].Select(hit => hit.Document.Id));
            for (int rank = 0; rank < 20; rank++)
            {
                Assert.Equal(golden.NearestScores[query][rank], answers[query][rank].Score, GoldenScoreTolerance);
            }
        }
    }

    [Theory]
    [CombinatorialMetrics]
    public void Search_EveryMetric_EqualsTheDoubleTruth(VectorMetric metric, VectorPrecision precision)
    {
        const int Dimension = 24;
        Random random = new(7);
        float[][] vectors = [.. Enumerable.Range(0, 1500).Select(_ => RandomVector(random, Dimension))];
        vectors[10] = new float[Dimension];
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, new IndexFacts("m", Dimension) { Metric = metric });
        using VectorIndex index = new(store);
        Put(store, vectors, 0, 1200);
        index.Publish();
        Put(store, vectors, 1200, 1500);
        for (int round = 0; round < 10; round++)
        {
            float[] query = RandomVector(random, Dimension);
            (int Row, double Score)[] expected =
            [
                .. vectors.Select((vector, row) => (row, Score(metric, query, vector))).OrderByDescending(pair => pair.Item2).Take(10),
            ];
            IReadOnlyList<SearchHit> found = index.Search(query, 10, precision);
            Assert.Equal(expected.Select(pair => "v" + pair.Row), found.Select(hit => hit.Document.Id));
            for (int rank = 0; rank < 10; rank++)
            {
                Assert.Equal(expected[rank].Score, found[rank].Score, 2e-6);
            }
        }
    }

    [Theory]
    [InlineData(VectorPrecision.Float32)]
    [InlineData(VectorPrecision.Int8)]
    public void Search_EqualScores_EarlierAddedFirst(VectorPrecision precision)
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, new IndexFacts("m", 2));
        using VectorIndex index = new(store);
        store.Upsert([.. Enumerable.Range(0, 6).Select(i => new DocumentVector(new Document("d" + i, ""), new float[] { 1, 1 }))]);
        index.Publish();
        store.Upsert([new(new Document("d1", "again"), new float[] { 2, 2 })]);
        Assert.Equal(["d0", "d2", "d3", "d4"], index.Search([1, 1], 4, precision).Select(hit => hit.Document.Id));
        Assert.Equal("d1", index.Search([1, 1], 99, precision)[^1].Document.Id);
    }

    [Theory]
    [InlineData(VectorPrecision.Float32)]
    [InlineData(VectorPrecision.Int8)]
    public void Search_AfterDeletes_NeverGivesThem(VectorPrecision precision)
    {
        const int Dimension = 8;
        Random random = new(3);
        float[][] vectors = [.. Enumerable.Range(0, 300).Select(_ => RandomVector(random, Dimension))];
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, new IndexFacts("m", Dimension));
        using VectorIndex index = new(store);
        Put(store, vectors, 0, 200);
        index.Publish();
        Put(store, vectors, 200, 300);
        Assert.Equal(300, index.Search(vectors[0], 1000, precision).Count);
        store.Delete([.. Enumerable.Range(0, 300).Where(row => row % 3 != 1).Select(row => "v" + row)]);
        IReadOnlyList<SearchHit> left = index.Search(vectors[0], 1000, precision);
        Assert.Equal(Enumerable.Range(0, 300).Where(row => row % 3 == 1).Select(row => "v" + row).Order(), left.Select(hit => hit.Document.Id).Order());
        Assert.All(left, hit => Assert.True(float.IsFinite(hit.Score)));
    }

    [Fact]
    public void Search_WrittenByAnotherOpenStore_IsSeenAtOnce()
    {
        IndexFacts facts = new("m", 2);
        using DocumentStore writer = DocumentStore.OpenOrCreate(Folder, facts);
        using DocumentStore reader = DocumentStore.Open(Folder);
        using VectorIndex writing = new(writer);
        using VectorIndex reading = new(reader);
        Assert.Empty(reading.Search([1, 0], 5));
        writer.Upsert([new(new Document("a", "1"), new float[] { 1, 0 }), new(new Document("b", "1"), new float[] { 0, 1 })]);
        Assert.Equal(["a", "b"], reading.Search([1, 0], 5).Select(hit => hit.Document.Id));
        Assert.True(writing.Publish());
        writer.Delete(["a"]);
        Assert.Equal(["b"], reading.Search([1, 0], 5).Select(hit => hit.Document.Id));
        Assert.Equal(2, reading.MappedCount);
        writer.Upsert([new(new Document("b", "2"), new float[] { 1, 1 })]);
        SearchHit hit = Assert.Single(reading.Search([1, 0], 5));
        Assert.Equal(("b", "2"), (hit.Document.Id, hit.Document.Text));
    }

    [Fact]
    public void Search_ThreadCounts_GiveTheSameBits()
    {
        GoldenVectors golden = GoldenVectors.Read();
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, new IndexFacts("m", GoldenVectors.Dimension));
        store.Upsert([.. golden.Documents.Select((id, row) => new DocumentVector(new Document(id, ""), golden.Vectors[row]))]);
        using WorkerPool three = new(3);
        using VectorIndex parallel = new(store, three);
        using VectorIndex serial = new(store, WorkerPool.Serial);
        foreach (VectorPrecision precision in Enum.GetValues<VectorPrecision>())
        {
            IReadOnlyList<SearchHit>[] together = parallel.SearchMany(golden.Queries, 50, precision);
            for (int query = 0; query < golden.Queries.Length; query++)
            {
                Assert.Equal(serial.Search(golden.Queries[query], 50, precision), together[query]);
            }
        }
    }

    [Fact]
    public async Task Search_WhileOthersWriteAndPublish_AlwaysAnswersWhole()
    {
        const int Dimension = 16;
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, new IndexFacts("m", Dimension));
        using VectorIndex index = new(store);
        Random random = new(5);
        float[][] vectors = [.. Enumerable.Range(0, 400).Select(_ => RandomVector(random, Dimension))];
        Put(store, vectors, 0, 200);
        index.Publish();
        using CancellationTokenSource stop = new();
        Task[] readers =
        [
            .. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
            {
                while (!stop.IsCancellationRequested)
                {
                    // The first 100 are never touched: they must be there at every moment.
                    Assert.Equal("v7", index.Search(vectors[7], 3)[0].Document.Id);
                    Assert.Equal(10, index.Search(vectors[8], 10, VectorPrecision.Int8).Count);
                }
            })),
        ];
        for (int round = 0; round < 12; round++)
        {
            Put(store, vectors, 100, 400);
            index.Publish();
            store.Delete([.. Enumerable.Range(100, 300).Select(row => "v" + row)]);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(100, index.Search(vectors[0], 1000).Count);
    }

    [Fact]
    public void Publish_LittleChanged_DoesNothing()
    {
        float[][] vectors = [.. Enumerable.Range(0, 50).Select(i => new float[] { i, 1 })];
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, new IndexFacts("m", 2));
        using VectorIndex index = new(store);
        Assert.False(index.Publish());
        Put(store, vectors, 0, 49);
        Assert.True(index.Publish());
        Put(store, vectors, 49, 50);
        Assert.False(index.Publish());
        Assert.Equal(50, index.Info().Documents);
        Assert.Equal(49, index.Info().ScannedDocuments);
        Assert.Single(Directory.EnumerateFiles(Folder, "vectors-*"));
    }

    [Fact]
    public void Publish_EverythingDeleted_LeavesAnEmptyIndex()
    {
        float[][] vectors = [.. Enumerable.Range(0, 1200).Select(i => new float[] { i, 1 })];
        using (DocumentStore store = DocumentStore.OpenOrCreate(Folder, new IndexFacts("m", 2)))
        using (VectorIndex index = new(store))
        {
            Put(store, vectors, 0, 1200);
            Assert.True(index.Publish());
            store.Delete([.. Enumerable.Range(0, 1200).Select(row => "v" + row)]);
            Assert.True(index.Publish());
            Assert.Empty(index.Search([1, 1], 5));
        }

        using DocumentStore again = DocumentStore.Open(Folder);
        using VectorIndex searched = new(again);
        Assert.Empty(searched.Search([1, 1], 5));
        Assert.Null(searched.Damage);
        Put(again, vectors, 0, 3);
        Assert.Equal(3, searched.Search([1, 1], 5).Count);
    }

    [Fact]
    public void Open_DamagedVectorFile_AnswersFromTheStoreAndSaysSo()
    {
        const int Dimension = 4;
        Random random = new(11);
        float[][] vectors = [.. Enumerable.Range(0, 60).Select(_ => RandomVector(random, Dimension))];
        IReadOnlyList<SearchHit> expected;
        using (DocumentStore store = DocumentStore.OpenOrCreate(Folder, new IndexFacts("m", Dimension)))
        using (VectorIndex index = new(store))
        {
            Put(store, vectors, 0, 60);
            index.Publish();
            expected = index.Search(vectors[3], 60);
        }

        string path = Assert.Single(Directory.EnumerateFiles(Folder, "vectors-*.bin"));
        byte[] whole = File.ReadAllBytes(path);
        void Check(byte[]? content, bool isDamaged = true)
        {
            File.Delete(path);
            if (content is not null)
            {
                File.WriteAllBytes(path, content);
            }

            using DocumentStore store = DocumentStore.Open(Folder);
            using VectorIndex index = new(store, WorkerPool.Serial);
            Assert.Equal(expected, index.Search(vectors[3], 60));
            Assert.Equal(isDamaged, index.Damage is not null);
            Assert.Equal(isDamaged ? 0 : 60, index.MappedCount);
        }

        Check(whole, isDamaged: false);
        Check(null);
        Check([]);
        Check([.. whole, 0]);
        for (int round = 0; round < 60; round++)
        {
            Check(whole[..random.Next(whole.Length)]);
            // Only the bytes between the header and the end of its page are not covered: nobody reads them.
            int position = random.Next(4) == 0 ? random.Next(100) : random.Next(4096, whole.Length);
            byte[] flipped = [.. whole];
            flipped[position] ^= (byte)(1 << random.Next(8));
            Check(flipped);
        }
    }

    [Fact]
    public void Publish_AfterDamage_WritesTheFileAnew()
    {
        float[][] vectors = [.. Enumerable.Range(0, 60).Select(i => new float[] { i, 1 })];
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, new IndexFacts("m", 2));
        Put(store, vectors, 0, 60);
        using (VectorIndex index = new(store))
        {
            index.Publish();
        }

        File.WriteAllText(Assert.Single(Directory.EnumerateFiles(Folder, "vectors-*.bin")), "rubbish");
        File.WriteAllText(Path.Combine(Folder, "vectors-9-9-left.bin.tmp"), "left by a killed process");
        using VectorIndex again = new(store);
        Assert.Equal(60, again.Search([1, 1], 99).Count);
        Assert.NotNull(again.Damage);
        Assert.True(again.Publish());
        Assert.Equal(60, again.Search([1, 1], 99).Count);
        Assert.Null(again.Damage);
        Assert.Equal(60, again.MappedCount);
        Assert.Single(Directory.EnumerateFiles(Folder, "vectors-*"));
    }

    [Fact]
    public void Open_VectorFileOfAnotherIndex_IsNotUsed()
    {
        string path = "";
        foreach (string folder in new[] { _temporary["other.akin"], Folder })
        {
            using DocumentStore store = DocumentStore.OpenOrCreate(folder, new IndexFacts("m", 2));
            using VectorIndex index = new(store);
            Put(store, [[folder.Length, 1], [0, 1]], 0, 2);
            index.Publish();
            string published = Assert.Single(Directory.EnumerateFiles(folder, "vectors-*.bin"));
            if (path.Length > 0)
            {
                File.Copy(path, published, overwrite: true);
            }

            path = published;
        }

        using DocumentStore again = DocumentStore.Open(Folder);
        using VectorIndex searched = new(again);
        Assert.Equal(2, searched.Search([1, 1], 5).Count);
        Assert.Contains("another store", searched.Damage);
    }

    [Fact]
    public void Search_BadQuery_IsRefused()
    {
        using DocumentStore store = DocumentStore.OpenOrCreate(Folder, new IndexFacts("m", 2));
        using VectorIndex index = new(store);
        Assert.Contains("3 floats", Assert.Throws<ArgumentException>(() => index.Search([1, 2, 3], 1)).Message);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => index.Search([1, float.NaN], 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 2], 0));
    }

    private static void Put(DocumentStore store, float[][] vectors, int first, int end) =>
        store.Upsert([.. Enumerable.Range(first, end - first).Select(row => new DocumentVector(new Document("v" + row, "text " + row), vectors[row]))]);

    private static float[] RandomVector(Random random, int dimension) => [.. Enumerable.Range(0, dimension).Select(_ => random.NextSingle() * 2 - 1)];

    private static double Score(VectorMetric metric, float[] query, float[] vector)
    {
        double dot = query.Zip(vector, (a, b) => (double)a * b).Sum();
        double Length(float[] v) => Math.Sqrt(v.Sum(x => (double)x * x));
        return metric switch
        {
            VectorMetric.Dot => dot,
            VectorMetric.Cosine => Length(vector) == 0 ? 0 : dot / Length(query) / Length(vector),
            _ => -Math.Sqrt(query.Zip(vector, (a, b) => ((double)a - b) * ((double)a - b)).Sum()),
        };
    }

    private sealed class CombinatorialMetricsAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) =>
            from metric in Enum.GetValues<VectorMetric>()
            from precision in Enum.GetValues<VectorPrecision>()
            select new object[] { metric, precision };
    }
}

using System.Numerics.Tensors;
using System.Text.Json;
using Akin.Kernels;
using Akin.Search.Clustering;

namespace Akin.Search.Tests.Clustering;

public sealed class ClusteringTests
{
    private const int Dimension = 8;

    private static readonly JsonElement Golden = MetricsGolden.Read("reduce_cluster.json");

    private static readonly JsonElement Util = MetricsGolden.Read("util.json");

    private static readonly float[] Cloud = Golden.Floats("x");

    private static readonly float[] Blobs = Golden.GetProperty("kmeans").Floats("x");

    public static TheoryData<int> MiningCases => [.. Enumerable.Range(0, Util.GetProperty("paraphrase_mining").GetArrayLength())];

    public static TheoryData<int> CommunityCases => [.. Enumerable.Range(0, Util.GetProperty("community_detection").GetArrayLength())];

    [Theory]
    [InlineData("kmeans")]
    [InlineData("kmeans_hard")]
    public void KMeans_FromGivenCentres_EqualsScikitLearn(string name)
    {
        JsonElement golden = Golden.GetProperty(name);
        KMeans found = KMeans.FitFrom(name == "kmeans" ? Blobs : Cloud, Dimension, golden.Doubles("init"));

        Assert.Equal(golden.Integers("labels"), found.Labels);
        Assert.Equal(golden.GetProperty("iterations").GetInt32(), found.Iterations);
        double[] centers = golden.Doubles("centers");
        for (int cluster = 0; cluster < found.ClusterCount; cluster++)
        {
            MetricsGolden.Near(centers.AsSpan(cluster * Dimension, Dimension), found.Center(cluster));
        }

        Assert.Equal(golden.GetProperty("inertia").GetDouble(), found.Inertia, MetricsGolden.Tolerance * found.Inertia);
    }

    [Fact]
    public void KMeans_FromSeeds_FindsTheBlobsAndIsTheSameAgain()
    {
        KMeans found = KMeans.Fit(Blobs, Dimension, 4);
        Assert.Equal(1, ClusterMetrics.AdjustedRand(Golden.GetProperty("kmeans").Integers("labels"), found.Labels));
        Assert.Equal(found.Labels, found.Predict(Blobs));
        Assert.Equal(found.Labels, KMeans.Fit(Blobs, Dimension, 4).Labels);
    }

    [Fact]
    public void KMeans_OnACloud_IsNoWorseThanScikitLearnFromBadCentres()
    {
        double inertia = KMeans.Fit(Cloud, Dimension, 4, new KMeansOptions { Seed = 3 }).Inertia;
        Assert.InRange(inertia, 1, Golden.GetProperty("kmeans_hard").GetProperty("inertia").GetDouble());
    }

    [Fact]
    public void KMeans_WithCentreFarFromEverything_GivesItAVector()
    {
        float[] vectors = [0, 0, 0, 1, 10, 0, 10, 1];
        KMeans found = KMeans.FitFrom(vectors, 2, [5, 0, 1000, 1000]);
        Assert.Equal(2, found.Labels.Distinct().Count());
        Assert.Equal(1, found.Inertia, 1e-12);
    }

    [Fact]
    public void KMeans_OfEqualVectors_HasNoInertia() => Assert.Equal(0, KMeans.Fit([1, 2, 1, 2, 1, 2], 2, 2).Inertia, 1e-12);

    [Fact]
    public void KMeans_OfMoreClustersThanVectors_IsRefused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => KMeans.Fit([1, 2, 3, 4], 2, 3));
        Assert.Contains("3 clusters of 2 vectors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void KMeans_OfNaN_NamesTheRow()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => KMeans.Fit([1, 2, float.NaN, 4], 2, 1));
        Assert.Contains("Row 1, column 0 is NaN", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Linkage.Ward, "ward")]
    [InlineData(Linkage.Average, "average")]
    [InlineData(Linkage.Complete, "complete")]
    [InlineData(Linkage.Single, "single")]
    public void Dendrogram_CutIntoFive_EqualsScikitLearn(Linkage linkage, string name)
    {
        int[] expected = Golden.GetProperty("agglomerative").GetProperty("on_x_5_clusters").Integers(name);
        AssertSamePartition(expected, Dendrogram.Build(Cloud, Dimension, linkage).Cut(5));
    }

    [Theory]
    [InlineData(Linkage.Average, VectorMetric.Cosine, 0.4, "average_cosine_threshold0.4")]
    [InlineData(Linkage.Ward, VectorMetric.Euclidean, 1.5, "ward_threshold1.5_normalised")]
    public void Dendrogram_CutAtDistance_EqualsScikitLearn(Linkage linkage, VectorMetric metric, double distance, string name)
    {
        float[] normalised = new float[Blobs.Length];
        Normalize.Rows(Blobs, Blobs.Length / Dimension, Dimension, 1e-12f, normalised, WorkerPool.Shared);
        int[] expected = Golden.GetProperty("agglomerative").GetProperty("on_normalised_blobs").Integers(name);
        AssertSamePartition(expected, Dendrogram.Build(normalised, Dimension, linkage, metric).CutAt(distance));
    }

    [Theory]
    [InlineData(Linkage.Ward)]
    [InlineData(Linkage.Average)]
    [InlineData(Linkage.Complete)]
    [InlineData(Linkage.Single)]
    public void Dendrogram_OfEqualVectors_EndsAndJoinsAtZero(Linkage linkage)
    {
        Dendrogram tree = Dendrogram.Build(new float[3 * 20], 3, linkage);
        Assert.Equal(19, tree.Merges.Count);
        Assert.All(tree.Merges, merge => Assert.Equal(0, merge.Distance));
        Assert.Equal(new int[20], tree.CutAt(1e-6));
    }

    [Theory]
    [InlineData(Linkage.Ward)]
    [InlineData(Linkage.Average)]
    [InlineData(Linkage.Complete)]
    [InlineData(Linkage.Single)]
    public void Dendrogram_EveryJoin_IsOfTheTwoNearestClusters(Linkage linkage)
    {
        Dendrogram tree = Dendrogram.Build(Cloud, Dimension, linkage);
        for (int joined = 0; joined < tree.Merges.Count; joined++)
        {
            int[] labels = tree.Cut(tree.RowCount - joined);
            int[][] clusters = [.. labels.Distinct().Select(label => Enumerable.Range(0, labels.Length).Where(row => labels[row] == label).ToArray())];
            double nearest = clusters.Min(first => clusters.Where(second => second != first).Min(second => Apart(first, second, linkage)));
            Assert.Equal(nearest, tree.Merges[joined].Distance, 1e-4);
        }
    }

    [Fact]
    public void Dendrogram_OfWardWithCosine_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Dendrogram.Build([1, 2, 3, 4], 2, Linkage.Ward, VectorMetric.Cosine));

    [Fact]
    public void ClusterMetrics_OfGoldenLabels_EqualScikitLearn()
    {
        JsonElement golden = Golden.GetProperty("cluster_scores");
        int[] first = golden.Integers("labels_a");
        int[] second = golden.Integers("labels_b");
        Assert.Equal(golden.GetProperty("adjusted_rand").GetDouble(), ClusterMetrics.AdjustedRand(first, second), MetricsGolden.Tolerance);
        Assert.Equal(golden.GetProperty("nmi").GetDouble(), ClusterMetrics.NormalizedMutualInformation(first, second), MetricsGolden.Tolerance);
        Assert.Equal(golden.GetProperty("v_measure").GetDouble(), ClusterMetrics.NormalizedMutualInformation(first, second), MetricsGolden.Tolerance);
        Assert.Equal(golden.GetProperty("silhouette_b").GetDouble(), ClusterMetrics.Silhouette(Blobs, Dimension, second), MetricsGolden.Tolerance);
    }

    [Theory]
    [MemberData(nameof(MiningCases))]
    public void ParaphraseMining_OfGoldenEmbeddings_EqualsSentenceTransformers(int index)
    {
        JsonElement golden = Util.GetProperty("paraphrase_mining")[index];
        JsonElement options = golden.GetProperty("options");
        int neighborCount = options.TryGetProperty("top_k", out JsonElement count) ? count.GetInt32() : 100;
        int maxPairs = options.TryGetProperty("max_pairs", out JsonElement max) ? max.GetInt32() : 500_000;
        IReadOnlyList<ScoredPair> pairs = ParaphraseMining.Find(Util.Floats("embeddings"), Dimension, neighborCount, maxPairs);

        Assert.Equal(golden.GetProperty("count").GetInt32(), pairs.Count);
        JsonElement[] first = [.. golden.GetProperty("first").EnumerateArray()];
        for (int i = 0; i < first.Length; i++)
        {
            Assert.Equal(first[i][0].GetDouble(), pairs[i].Score, MetricsGolden.FloatTolerance);

            // Rows 46 and 47 are equal: which of their pairs comes first is chance in the golden.
            Assert.Equal(
                (first[i][1].GetInt32(), WithoutTwin(first[i][2].GetInt32())),
                (pairs[i].First, WithoutTwin(pairs[i].Second)));
        }
    }

    [Fact]
    public void ParaphraseMining_OfMoreRowsThanATile_FindsWhatComparingAllPairsFinds()
    {
        const int RowCount = 4200;
        float[] vectors = RandomVectors(RowCount);
        IReadOnlyList<ScoredPair> pairs = ParaphraseMining.Find(vectors, Dimension, neighborCount: 3, maxPairs: 50);

        List<(double Score, int, int)> all = [];
        for (int first = 0; first < RowCount; first++)
        {
            for (int second = first + 1; second < RowCount; second++)
            {
                double score = TensorPrimitives.CosineSimilarity<float>(vectors.AsSpan(first * Dimension, Dimension), vectors.AsSpan(second * Dimension, Dimension));
                if (score > pairs[^1].Score - MetricsGolden.FloatTolerance)
                {
                    all.Add((score, first, second));
                }
            }
        }

        Assert.Equal(all.OrderByDescending(pair => pair.Score).Take(50).Select(pair => (pair.Item2, pair.Item3)).Order(), pairs.Select(pair => (pair.First, pair.Second)).Order());
    }

    [Theory]
    [InlineData(8, 1500, 100, 400_000, -1f)] // nearly all pairs
    [InlineData(8, 1500, 2, 1000, -1f)] // few neighbours, many pairs
    [InlineData(8, 1500, 2, 100_000, 0.99f)]
    [InlineData(128, 2500, 1, 100_000, -1f)] // from here on cosines are bounded first
    [InlineData(128, 2500, 5, 3000, -1f)]
    [InlineData(128, 2500, 100, 50_000, 0.5f)]
    [InlineData(150, 6000, 20, 20_000, 0.7f)] // more than a block of rows
    public void ParaphraseMining_OfGroupsOfLikeRows_FindsTheNearestOfEveryRow(int dimension, int rowCount, int neighborCount, int maxPairs, float minScore)
    {
        float[] vectors = GroupedVectors(rowCount, dimension);
        IReadOnlyList<ScoredPair> pairs = ParaphraseMining.Find(vectors, dimension, neighborCount, maxPairs, minScore);
        List<ScoredPair> expected = [.. NearestPairs(vectors, dimension, neighborCount, minScore).Take(maxPairs)];

        Assert.Equal(expected.Count, pairs.Count);
        Assert.True(pairs.Zip(pairs.Skip(1)).All(two => two.First.Score >= two.Second.Score));

        // Sums in another order: a pair may take the place of one that is as alike.
        Assert.All(expected.Zip(pairs), two => Assert.Equal(two.First.Score, two.Second.Score, MetricsGolden.FloatTolerance));
        Assert.InRange(expected.Select(Rows).Except(pairs.Select(Rows)).Count(), 0, expected.Count / 1000);

        static (int, int) Rows(ScoredPair pair) => (pair.First, pair.Second);
    }

    [Fact]
    public void CommunityDetection_OfManyRows_FindsWhatComparingAllFinds()
    {
        const int RowCount = 2500, Columns = 128;
        float[] vectors = GroupedVectors(RowCount, Columns);
        IReadOnlyList<int[]> communities = CommunityDetection.Find(vectors, Columns, threshold: 0.7f, minSize: 5);

        Assert.NotEmpty(communities);
        bool[] taken = new bool[RowCount];
        foreach (int[] community in communities)
        {
            int[] neighbors = [.. Enumerable.Range(0, RowCount).Where(row => row == community[0] || CosineOf(vectors, Columns, row, community[0]) >= 0.7)];
            Assert.Equal(neighbors.Where(row => !taken[row]).Order(), community.Order());
            Array.ForEach(community, row => taken[row] = true);
        }
    }

    [Fact]
    public void ParaphraseMining_OfMoreRows_NeedsNoMoreMemoryThanAFewBytesARow()
    {
        // Beside the vectors: tiles and selections of one size, and 8 bytes a row.
        float[] vectors = RandomVectors(12_000);
        long few = Allocated(6_000), many = Allocated(12_000);
        Assert.InRange(many - few, 0, 6_000 * 16);

        long Allocated(int rows)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            ParaphraseMining.Find(vectors.AsSpan(0, rows * Dimension), Dimension, neighborCount: 1, maxPairs: 10);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Theory]
    [MemberData(nameof(CommunityCases))]
    public void CommunityDetection_OfGoldenEmbeddings_EqualsSentenceTransformers(int index)
    {
        JsonElement golden = Util.GetProperty("community_detection")[index];
        IReadOnlyList<int[]> communities = CommunityDetection.Find(
            Util.Floats("embeddings"), Dimension, golden.GetProperty("threshold").GetSingle(), golden.GetProperty("min_community_size").GetInt32());

        int[][] expected = [.. golden.GetProperty("communities").EnumerateArray().Select(rows => rows.EnumerateArray().Select(row => row.GetInt32()).ToArray())];
        Assert.Equal(expected.Length, communities.Count);
        foreach ((int[] wanted, int[] found) in expected.Zip(communities))
        {
            Assert.Equal(wanted.Select(WithoutTwin), found.Select(WithoutTwin));
            Assert.Equal(wanted.Order(), found.Order());
        }
    }

    // The definitions of the linkages, in double.
    private static double Apart(int[] first, int[] second, Linkage linkage)
    {
        IEnumerable<double> pairs = first.SelectMany(i => second.Select(j => Distance(Row(i), Row(j))));
        double[] Center(int[] rows) => [.. Enumerable.Range(0, Dimension).Select(column => rows.Average(row => Row(row)[column]))];
        return linkage switch
        {
            Linkage.Single => pairs.Min(),
            Linkage.Complete => pairs.Max(),
            Linkage.Average => pairs.Average(),
            _ => Math.Sqrt(2.0 * first.Length * second.Length / (first.Length + second.Length)) * Distance(Center(first), Center(second)),
        };
    }

    private static double[] Row(int row) => [.. Cloud[(row * Dimension)..((row + 1) * Dimension)].Select(number => (double)number)];

    private static double Distance(double[] first, double[] second) => Math.Sqrt(first.Zip(second, (x, y) => (x - y) * (x - y)).Sum());

    // By the definition: the pairs in which a row is among the nearest of the other.
    private static ScoredPair[] NearestPairs(float[] vectors, int dimension, int neighborCount, float minScore)
    {
        int rowCount = vectors.Length / dimension;
        return
        [
            .. Enumerable.Range(0, rowCount).AsParallel()
                .SelectMany(row => Enumerable.Range(0, rowCount).Where(other => other != row)
                    .Select(other => new ScoredPair(Math.Min(row, other), Math.Max(row, other), CosineOf(vectors, dimension, row, other)))
                    .Where(pair => pair.Score >= minScore)
                    .OrderByDescending(pair => pair.Score).ThenBy(pair => pair.First + pair.Second)
                    .Take(neighborCount))
                .Distinct()
                .OrderByDescending(pair => pair.Score).ThenBy(pair => pair.First).ThenBy(pair => pair.Second),
        ];
    }

    private static float CosineOf(float[] vectors, int dimension, int first, int second) =>
        TensorPrimitives.CosineSimilarity<float>(
            vectors.AsSpan(Math.Min(first, second) * dimension, dimension), vectors.AsSpan(Math.Max(first, second) * dimension, dimension));

    // Groups of one to forty rows, the more alike the smaller the group; the first columns hold most of a row's length, as those of embeddings do once turned.
    private static float[] GroupedVectors(int rowCount, int dimension)
    {
        Random random = new(5);
        float[] vectors = new float[rowCount * dimension];
        float[] center = new float[dimension];
        int left = 0;
        float spread = 0;
        for (int row = 0; row < rowCount; row++)
        {
            if (left == 0)
            {
                left = random.Next(1, 41);
                spread = left / 40f;
                for (int i = 0; i < dimension; i++)
                {
                    center[i] = (random.NextSingle() - 0.5f) / MathF.Sqrt(1 + i);
                }
            }

            left--;
            for (int i = 0; i < dimension; i++)
            {
                vectors[(row * dimension) + i] = center[i] + (spread * (random.NextSingle() - 0.5f) / MathF.Sqrt(1 + i));
            }
        }

        return vectors;
    }

    private static float[] RandomVectors(int rowCount)
    {
        Random random = new(5);
        float[] vectors = new float[rowCount * Dimension];
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] = random.NextSingle() - 0.5f;
        }

        return vectors;
    }

    private static int WithoutTwin(int row) => row == 47 ? 46 : row;

    private static void AssertSamePartition(int[] expected, int[] found) => Assert.Equal(Numbered(expected), Numbered(found));

    // Clusters by the order of their first members.
    private static int[] Numbered(int[] labels)
    {
        int[] order = [.. labels.Distinct()];
        return [.. labels.Select(label => Array.IndexOf(order, label))];
    }
}

namespace Akin.Search.Tests.Graph;

/// <summary>Vectors that lie in clusters, as those of texts do, and their exact nearest neighbours.</summary>
internal sealed class ClusteredVectors
{
    public ClusteredVectors(int seed, int count, int dimension, int clusterCount = 50)
    {
        Random random = new(seed);
        float[][] centers = [.. Enumerable.Range(0, clusterCount).Select(_ => Random(random, dimension, 1))];
        float[] Near(float[] center) => [.. center.Zip(Random(random, dimension, 0.5f), (c, noise) => c + noise)];
        Dimension = dimension;
        Rows = [.. Enumerable.Range(0, count).Select(_ => Near(centers[random.Next(clusterCount)]))];
        Queries = [.. Enumerable.Range(0, 100).Select(_ => Near(centers[random.Next(clusterCount)]))];
    }

    public int Dimension { get; }

    public float[][] Rows { get; }

    public float[][] Queries { get; }

    public long[] Keys => [.. Enumerable.Range(0, Rows.Length).Select(row => (long)row)];

    public float[] Flat => [.. Rows.SelectMany(row => row)];

    private static float[] Random(Random random, int dimension, float scale) =>
        [.. Enumerable.Range(0, dimension).Select(_ => scale * (float)Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * (float)Math.Cos(2 * Math.PI * random.NextDouble()))];
}

using Akin.Search.Vectors;

namespace Akin.Search.Clustering;

/// <summary>
/// Clusters of vectors around centres, by Lloyd's algorithm from k-means++ seeds (Arthur and Vassilvitskii 2007) or from given centres. Distances are Euclidean:
/// for cosines, normalise the vectors first. Immutable.
/// </summary>
public sealed class KMeans
{
    private readonly double[] _centers;

    internal KMeans(double[] centers, int[] labels, int dimension, double inertia, int iterations)
    {
        _centers = centers;
        Labels = labels;
        Dimension = dimension;
        Inertia = inertia;
        Iterations = iterations;
    }

    /// <summary>The cluster of each vector it was made from, 0 … clusters − 1.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>The number of columns of a vector.</summary>
    public int Dimension { get; }

    /// <summary>How many clusters there are.</summary>
    public int ClusterCount => _centers.Length / Dimension;

    /// <summary>The sum of the squared distances of the vectors from their centres.</summary>
    public double Inertia { get; }

    /// <summary>How many iterations the best run took.</summary>
    public int Iterations { get; }

    /// <summary>The centre of a cluster, <c>[dimension]</c>.</summary>
    public ReadOnlySpan<double> Center(int cluster) => _centers.AsSpan(cluster * Dimension, Dimension);

    /// <summary>Finds clusters.</summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>, at least as many as clusters.</param>
    /// <param name="dimension">The number of columns.</param>
    /// <param name="clusterCount">How many clusters to find.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellationToken">Ends the work between iterations.</param>
    /// <exception cref="ArgumentException">The vectors are not whole rows of finite numbers, or fewer than clusters.</exception>
    public static KMeans Fit(ReadOnlySpan<float> vectors, int dimension, int clusterCount, KMeansOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new KMeansOptions();
        int rowCount = VectorRows.Count(vectors, dimension);
        RequireClusters(clusterCount, rowCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Restarts, 1);
        Random random = new(options.Seed);
        LloydIteration lloyd = new(vectors, dimension);
        KMeansSeeding seeding = new(lloyd.Centred, dimension);
        KMeans? best = null;
        for (int restart = 0; restart < options.Restarts; restart++)
        {
            KMeans found = lloyd.Run(lloyd.Rows(seeding.Choose(clusterCount, random, cancellationToken)), options, cancellationToken);
            best = best is null || found.Inertia < best.Inertia ? found : best;
        }

        return best!;
    }

    /// <summary>Finds clusters, beginning from given centres.</summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>, at least as many as clusters.</param>
    /// <param name="dimension">The number of columns.</param>
    /// <param name="centers">Where the centres begin, <c>[clusters, dimension]</c>.</param>
    /// <param name="options">Settings; seed and restarts do not matter.</param>
    /// <param name="cancellationToken">Ends the work between iterations.</param>
    /// <exception cref="ArgumentException">The vectors or centres are not whole rows, or the vectors are fewer than the centres.</exception>
    public static KMeans FitFrom(
        ReadOnlySpan<float> vectors, int dimension, ReadOnlySpan<double> centers, KMeansOptions? options = null, CancellationToken cancellationToken = default)
    {
        int rowCount = VectorRows.Count(vectors, dimension);
        if (centers.Length % dimension != 0)
        {
            throw new ArgumentException($"{centers.Length} numbers are not centres of {dimension}.", nameof(centers));
        }

        RequireClusters(centers.Length / dimension, rowCount);
        return new LloydIteration(vectors, dimension).Run(centers.ToArray(), options ?? new KMeansOptions(), cancellationToken);
    }

    /// <summary>The cluster whose centre is nearest to each of other vectors.</summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>.</param>
    /// <exception cref="ArgumentException">The vectors are not whole rows of finite numbers.</exception>
    public int[] Predict(ReadOnlySpan<float> vectors)
    {
        int[] labels = new int[VectorRows.Count(vectors, Dimension)];
        new LloydIteration(vectors, Dimension).Assign(_centers, labels);
        return labels;
    }

    private static void RequireClusters(int clusterCount, int rowCount)
    {
        if (clusterCount < 1 || clusterCount > rowCount)
        {
            throw new ArgumentException($"{clusterCount} clusters of {rowCount} vectors cannot be made; ask for 1 … {rowCount}.");
        }
    }
}

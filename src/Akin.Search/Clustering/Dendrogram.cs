using Akin.Kernels;
using Akin.Search.Vectors;

namespace Akin.Search.Clustering;

/// <summary>
/// Agglomerative clustering: beginning with single vectors, the two nearest clusters are joined until one is left. The tree is then cut where you like. Immutable.
/// </summary>
/// <remarks>
/// Built along chains of nearest neighbours (Müllner 2011), in time that grows with the square of the rows; it needs four bytes for each pair of rows.
/// </remarks>
public sealed class Dendrogram
{
    private readonly ClusterMerge[] _merges;

    private Dendrogram(ClusterMerge[] merges) => _merges = merges;

    /// <summary>All joins by ascending distance, one fewer than vectors.</summary>
    public IReadOnlyList<ClusterMerge> Merges => _merges;

    /// <summary>How many vectors it was made from.</summary>
    public int RowCount => _merges.Length + 1;

    /// <summary>Joins vectors.</summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>, at most 65,536.</param>
    /// <param name="dimension">The number of columns.</param>
    /// <param name="linkage">What the distance of two clusters is.</param>
    /// <param name="metric">The distance of two vectors: Euclidean, or 1 − cosine.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ArgumentException">The vectors are not whole rows of finite numbers or too many, or the metric does not suit the linkage.</exception>
    public static Dendrogram Build(
        ReadOnlySpan<float> vectors, int dimension, Linkage linkage = Linkage.Ward, VectorMetric metric = VectorMetric.Euclidean, CancellationToken cancellationToken = default)
    {
        int rowCount = VectorRows.Count(vectors, dimension);
        if (metric == VectorMetric.Dot || (linkage == Linkage.Ward && metric != VectorMetric.Euclidean))
        {
            throw new ArgumentException($"{linkage} linkage cannot use {metric}: Ward needs {VectorMetric.Euclidean}, the others {VectorMetric.Euclidean} or {VectorMetric.Cosine}.", nameof(metric));
        }

        PairDistances distances = PairDistances.Measure(vectors, dimension, metric, cancellationToken);
        ClusterMerge[] merges = Join(distances, rowCount, linkage, cancellationToken);
        return new Dendrogram([.. merges.OrderBy(merge => merge.Distance)]);
    }

    /// <summary>The cluster of each vector when a number of clusters is left; numbered in the order of their first vectors.</summary>
    /// <param name="clusterCount">How many clusters, 1 … rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is outside its bounds.</exception>
    public int[] Cut(int clusterCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clusterCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clusterCount, RowCount);
        return Labels(RowCount - clusterCount);
    }

    /// <summary>The cluster of each vector when only clusters nearer than a distance are joined.</summary>
    /// <param name="distance">The distance at and beyond which clusters stay apart.</param>
    public int[] CutAt(double distance) => Labels(_merges.Count(merge => merge.Distance < distance));

    private int[] Labels(int mergeCount)
    {
        int[] parents = [.. Enumerable.Range(0, RowCount)];
        foreach (ClusterMerge merge in _merges.AsSpan(0, mergeCount))
        {
            parents[Root(merge.First)] = Root(merge.Second);
        }

        Dictionary<int, int> numbers = [];
        int[] labels = new int[RowCount];
        for (int row = 0; row < labels.Length; row++)
        {
            int root = Root(row);
            numbers.TryAdd(root, numbers.Count);
            labels[row] = numbers[root];
        }

        return labels;

        int Root(int row)
        {
            while (parents[row] != row)
            {
                row = parents[row] = parents[parents[row]];
            }

            return row;
        }
    }

    // A chain from any cluster to its nearest neighbour, to that one's nearest neighbour and so on ends in two that are nearest to each other: these are joined.
    // For the linkages here, what is joined in this order is the same as in the order of distances.
    private static ClusterMerge[] Join(PairDistances distances, int rowCount, Linkage linkage, CancellationToken cancellationToken)
    {
        int[] sizes = new int[rowCount];
        Array.Fill(sizes, 1);
        List<int> chain = [];
        List<ClusterMerge> merges = new(rowCount - 1);
        while (merges.Count < rowCount - 1)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (chain.Count == 0)
            {
                chain.Add(Array.FindIndex(sizes, size => size > 0));
            }

            int last = chain[^1];
            int previous = chain.Count > 1 ? chain[^2] : -1;

            // Of equals the previous one is taken, or the chain could go round in circles.
            int nearest = previous;
            float distance = previous < 0 ? float.PositiveInfinity : distances[last, previous];
            for (int other = 0; other < rowCount; other++)
            {
                if (other != last && sizes[other] > 0 && distances[last, other] < distance)
                {
                    nearest = other;
                    distance = distances[last, other];
                }
            }

            if (nearest != previous)
            {
                chain.Add(nearest);
                continue;
            }

            chain.RemoveRange(chain.Count - 2, 2);
            merges.Add(new ClusterMerge(last, nearest, distance));
            Merge(distances, sizes, linkage, from: last, into: nearest);
        }

        return [.. merges];
    }

    // Lance and Williams: the distance of a joined cluster from any other follows from the distances of its parts.
    private static void Merge(PairDistances distances, int[] sizes, Linkage linkage, int from, int into)
    {
        double between = distances[from, into];
        for (int other = 0; other < sizes.Length; other++)
        {
            if (other == from || other == into || sizes[other] == 0)
            {
                continue;
            }

            double first = distances[from, other];
            double second = distances[into, other];
            double all = sizes[from] + sizes[into] + sizes[other];
            distances[into, other] = (float)(linkage switch
            {
                Linkage.Single => Math.Min(first, second),
                Linkage.Complete => Math.Max(first, second),
                Linkage.Average => ((sizes[from] * first) + (sizes[into] * second)) / (sizes[from] + sizes[into]),
                _ => Math.Sqrt(Math.Max(0, (((sizes[from] + sizes[other]) * first * first) + ((sizes[into] + sizes[other]) * second * second)
                    - (sizes[other] * between * between)) / all)),
            });
        }

        sizes[into] += sizes[from];
        sizes[from] = 0;
    }
}

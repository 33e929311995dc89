using Akin.Search.Vectors;

namespace Akin.Search.Clustering;

/// <summary>How well a clustering agrees with another (or with known classes), and how compact it is; the definitions of scikit-learn.</summary>
public static class ClusterMetrics
{
    /// <summary>The Rand index corrected for chance (Hubert and Arabie 1985): 1 for equal clusterings, about 0 for unrelated ones.</summary>
    /// <param name="first">The cluster of each item.</param>
    /// <param name="second">The cluster of each item in the other clustering.</param>
    /// <exception cref="ArgumentException">The lists differ in length or are empty.</exception>
    public static double AdjustedRand(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        Contingency table = Contingency.Count(first, second);
        double together = table.Cells.Sum(Pairs);
        double inFirst = table.First.Sum(Pairs);
        double inSecond = table.Second.Sum(Pairs);
        double expected = inFirst * inSecond / Pairs(first.Count);
        double largest = (inFirst + inSecond) / 2;
        return largest == expected || (together == inFirst && together == inSecond) ? 1 : (together - expected) / (largest - expected);

        static double Pairs(int count) => count * (count - 1.0) / 2;
    }

    /// <summary>The information two clusterings share, divided by the mean of their entropies, 0 … 1. This is also the V-measure.</summary>
    /// <inheritdoc cref="AdjustedRand"/>
    public static double NormalizedMutualInformation(IReadOnlyList<int> first, IReadOnlyList<int> second)
    {
        Contingency table = Contingency.Count(first, second);
        double firstEntropy = Entropy(table.First, first.Count);
        double secondEntropy = Entropy(table.Second, first.Count);
        double shared = firstEntropy + secondEntropy - Entropy(table.Cells, first.Count);
        return firstEntropy + secondEntropy == 0 ? 1 : Math.Max(0, shared) / ((firstEntropy + secondEntropy) / 2);
    }

    /// <summary>
    /// The mean silhouette (Rousseeuw 1987), −1 … 1: for each vector (b − a) / max(a, b), where a is its mean Euclidean distance from its own cluster and b from the nearest
    /// other; 0 for a vector alone in its cluster.
    /// </summary>
    /// <param name="vectors">The vectors, <c>[rows, dimension]</c>.</param>
    /// <param name="dimension">The number of columns.</param>
    /// <param name="labels">The cluster of each vector, from 0, at least two different ones.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, a number is not finite, or there are fewer than two clusters.</exception>
    public static double Silhouette(ReadOnlySpan<float> vectors, int dimension, IReadOnlyList<int> labels)
    {
        int rowCount = VectorRows.Count(vectors, dimension);
        int[] sizes = labels.Count == 0 ? [] : new int[labels.Max() + 1];
        foreach (int label in labels)
        {
            sizes[label]++;
        }

        if (labels.Count != rowCount || sizes.Count(size => size > 0) < 2)
        {
            throw new ArgumentException($"{rowCount} vectors with {labels.Count} labels of {sizes.Count(size => size > 0)} clusters have no silhouette; it needs a label for each, of at least two clusters.", nameof(labels));
        }

        double sum = 0;
        double[] distances = new double[sizes.Length];
        for (int row = 0; row < rowCount; row++)
        {
            Array.Clear(distances);
            for (int other = 0; other < rowCount; other++)
            {
                distances[labels[other]] += Distance(vectors.Slice(row * dimension, dimension), vectors.Slice(other * dimension, dimension));
            }

            int own = labels[row];
            if (sizes[own] > 1)
            {
                double inside = distances[own] / (sizes[own] - 1);
                double outside = Enumerable.Range(0, sizes.Length).Where(label => label != own && sizes[label] > 0).Min(label => distances[label] / sizes[label]);
                sum += inside == outside ? 0 : (outside - inside) / Math.Max(inside, outside);
            }
        }

        return sum / rowCount;
    }

    private static double Entropy(IEnumerable<int> counts, double total) => -counts.Where(count => count > 0).Sum(count => count / total * Math.Log(count / total));

    private static double Distance(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        double sum = 0;
        for (int i = 0; i < first.Length; i++)
        {
            double difference = (double)first[i] - second[i];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>How many items are in each cluster of both clusterings, and in each pair of clusters.</summary>
    private sealed record Contingency(int[] First, int[] Second, int[] Cells)
    {
        public static Contingency Count(IReadOnlyList<int> first, IReadOnlyList<int> second)
        {
            if (first.Count != second.Count || first.Count == 0)
            {
                throw new ArgumentException($"The clusterings have {first.Count} and {second.Count} items; they must have equally many, at least one.");
            }

            return new Contingency(Sizes(first), Sizes(second), Sizes(first.Zip(second)));
        }

        private static int[] Sizes<T>(IEnumerable<T> labels) => [.. labels.GroupBy(label => label).Select(group => group.Count())];
    }
}

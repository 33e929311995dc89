using System.Numerics.Tensors;
using Akin.Kernels;

namespace Akin.Search.Projection;

/// <summary>
/// How near vectors are, as t-SNE sees it: for each row a bell curve over its nearest rows, as wide as the perplexity asks, made symmetric; all numbers sum to 1.
/// </summary>
internal sealed class NeighborAffinities
{
    private const int QueriesPerBlock = 64;
    private const int MaxBisections = 100;
    private const double EntropyTolerance = 1e-5;

    private NeighborAffinities(int[] starts, int[] neighbors, double[] values)
    {
        Starts = starts;
        Neighbors = neighbors;
        Values = values;
    }

    /// <summary>Where the neighbours of each row begin, <c>[rows + 1]</c>.</summary>
    public int[] Starts { get; }

    /// <summary>The neighbours of all rows, one row after the other.</summary>
    public int[] Neighbors { get; }

    /// <summary>How near each is.</summary>
    public double[] Values { get; }

    public static NeighborAffinities Measure(ReadOnlySpan<float> vectors, int dimension, double perplexity, CancellationToken cancellationToken)
    {
        int rowCount = vectors.Length / dimension;
        int neighborCount = Math.Min(rowCount - 1, (int)(3 * perplexity) + 1);
        Dictionary<int, double>[] symmetric = [.. Enumerable.Range(0, rowCount).Select(_ => new Dictionary<int, double>())];
        TopK[] nearest = [.. Enumerable.Range(0, QueriesPerBlock).Select(_ => new TopK(neighborCount + 1))];
        int[] rows = new int[neighborCount + 1];
        float[] scores = new float[neighborCount + 1];
        for (int first = 0; first < rowCount; first += QueriesPerBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(QueriesPerBlock, rowCount - first);
            VectorScan.Run(VectorMetric.Euclidean, vectors.Slice(first * dimension, count * dimension), dimension, vectors, 0, nearest.AsSpan(0, count), WorkerPool.Shared);
            for (int row = first; row < first + count; row++)
            {
                int found = nearest[row - first].Drain(rows, scores);
                int[] others = [.. Enumerable.Range(0, found).Where(i => rows[i] != row).Take(neighborCount)];
                double[] shares = Shares([.. others.Select(i => (double)scores[i] * scores[i])], perplexity);
                for (int i = 0; i < others.Length; i++)
                {
                    // Half of the share goes to the row itself and half to its neighbour.
                    double value = shares[i] / (2 * rowCount);
                    int other = rows[others[i]];
                    symmetric[row][other] = symmetric[row].GetValueOrDefault(other) + value;
                    symmetric[other][row] = symmetric[other].GetValueOrDefault(row) + value;
                }
            }
        }

        int[] starts = new int[rowCount + 1];
        for (int row = 0; row < rowCount; row++)
        {
            starts[row + 1] = starts[row] + symmetric[row].Count;
        }

        (int Row, double Value)[] all = [.. symmetric.SelectMany(row => row.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)))];
        return new NeighborAffinities(starts, [.. all.Select(pair => pair.Row)], [.. all.Select(pair => pair.Value)]);
    }

    // e^(−β·d²), scaled to sum 1, with the β whose entropy is the logarithm of the perplexity.
    private static double[] Shares(double[] squaredDistances, double perplexity)
    {
        double wanted = Math.Log(Math.Min(perplexity, squaredDistances.Length));
        double nearest = squaredDistances.Min();
        double[] shares = new double[squaredDistances.Length];
        (double low, double high, double beta) = (0, double.PositiveInfinity, 1);
        for (int i = 0; i < MaxBisections; i++)
        {
            for (int j = 0; j < shares.Length; j++)
            {
                shares[j] = Math.Exp(-beta * (squaredDistances[j] - nearest));
            }

            double sum = shares.Sum();
            TensorPrimitives.Divide(shares, sum, shares);
            double entropy = Math.Log(sum) + (beta * shares.Zip(squaredDistances, (share, distance) => share * (distance - nearest)).Sum());
            if (Math.Abs(entropy - wanted) < EntropyTolerance)
            {
                break;
            }

            (low, high) = entropy > wanted ? (beta, high) : (low, beta);
            beta = double.IsPositiveInfinity(high) ? beta * 2 : (low + high) / 2;
        }

        return shares;
    }
}

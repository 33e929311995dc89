using System.Numerics.Tensors;
using Akin.Kernels;

namespace Akin.Search.Clustering;

/// <summary>
/// Lloyd's algorithm with the rules of scikit-learn 1.9: it ends when no vector changes its cluster or the centres hardly move, and a cluster that
/// loses all vectors gets the one farthest from its centre.
/// </summary>
internal readonly ref struct LloydIteration
{
    // Rows multiplied at a time: their scores stay in the cache.
    private const int RowsPerBlock = 1024;

    private readonly ReadOnlySpan<float> _vectors;
    private readonly int _dimension;
    private readonly double[] _mean;

    public LloydIteration(ReadOnlySpan<float> vectors, int dimension)
    {
        _vectors = vectors;
        _dimension = dimension;
        _mean = new double[dimension];
        Centred = new float[vectors.Length];
        for (int i = 0; i < vectors.Length; i++)
        {
            _mean[i % dimension] += vectors[i];
        }

        TensorPrimitives.Divide(_mean, RowCount, _mean);
        for (int i = 0; i < vectors.Length; i++)
        {
            Centred[i] = (float)(vectors[i] - _mean[i % dimension]);
        }
    }

    /// <summary>The vectors less their mean, <c>[rows, dimension]</c>: products of small numbers lose fewer digits in float32.</summary>
    public float[] Centred { get; }

    private int RowCount => _vectors.Length / _dimension;

    /// <summary>Some of the vectors, as centres to begin from.</summary>
    public double[] Rows(int[] rows)
    {
        double[] centers = new double[rows.Length * _dimension];
        for (int i = 0; i < rows.Length; i++)
        {
            AddRow(rows[i], centers.AsSpan(i * _dimension, _dimension), 1);
        }

        return centers;
    }

    /// <summary>Moves centres (which it takes over) until they stay.</summary>
    public KMeans Run(double[] centers, KMeansOptions options, CancellationToken cancellationToken)
    {
        double tolerance = options.Tolerance * TensorPrimitives.SumOfSquares<float>(Centred) / Centred.Length;
        int[] labels = new int[RowCount];
        int[] before = new int[RowCount];
        Array.Fill(before, -1);
        bool settled = false;
        int iterations = 0;
        while (iterations < options.MaxIterations && !settled)
        {
            cancellationToken.ThrowIfCancellationRequested();
            iterations++;
            Assign(centers, labels);
            double[] moved = Means(labels, centers);
            double distance = TensorPrimitives.Distance<double>(centers, moved);
            centers = moved;
            settled = labels.AsSpan().SequenceEqual(before);
            if (!settled && distance * distance <= tolerance)
            {
                break;
            }

            labels.CopyTo(before, 0);
        }

        if (!settled)
        {
            Assign(centers, labels);
        }

        double inertia = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            inertia += SquaredDistance(row, centers, labels[row]);
        }

        return new KMeans(centers, labels, _dimension, inertia, iterations);
    }

    /// <summary>Gives each vector the nearest centre: the one with the largest x·c − |c|²/2, the first of equals.</summary>
    public void Assign(double[] centers, int[] labels)
    {
        int clusterCount = centers.Length / _dimension;
        float[] centred = new float[centers.Length];
        float[] bias = new float[clusterCount];
        for (int i = 0; i < centers.Length; i++)
        {
            centred[i] = (float)(centers[i] - _mean[i % _dimension]);
        }

        for (int cluster = 0; cluster < clusterCount; cluster++)
        {
            bias[cluster] = TensorPrimitives.SumOfSquares<float>(centred.AsSpan(cluster * _dimension, _dimension)) / -2;
        }

        PackedMatrix matrix = new(_dimension, clusterCount);
        matrix.Pack(0, centred);
        float[] scores = new float[Math.Min(RowsPerBlock, RowCount) * clusterCount];
        for (int first = 0; first < RowCount; first += RowsPerBlock)
        {
            int count = Math.Min(RowsPerBlock, RowCount - first);
            Span<float> block = scores.AsSpan(0, count * clusterCount);
            Gemm.Multiply(Centred.AsSpan(first * _dimension, count * _dimension), count, matrix, new Epilogue { Bias = bias }, block, WorkerPool.Shared);
            for (int row = 0; row < count; row++)
            {
                labels[first + row] = TensorPrimitives.IndexOfMax<float>(block.Slice(row * clusterCount, clusterCount));
            }
        }
    }

    private double[] Means(int[] labels, double[] centers)
    {
        double[] sums = new double[centers.Length];
        int[] counts = new int[centers.Length / _dimension];
        for (int row = 0; row < labels.Length; row++)
        {
            counts[labels[row]]++;
            AddRow(row, sums.AsSpan(labels[row] * _dimension, _dimension), 1);
        }

        FillEmpty(labels, centers, sums, counts);
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] /= Math.Max(1, counts[i / _dimension]);
        }

        return sums;
    }

    private void FillEmpty(int[] labels, double[] centers, double[] sums, int[] counts)
    {
        int[] empty = [.. Enumerable.Range(0, counts.Length).Where(cluster => counts[cluster] == 0)];
        if (empty.Length == 0)
        {
            return;
        }

        double[] distances = new double[labels.Length];
        for (int row = 0; row < labels.Length; row++)
        {
            distances[row] = SquaredDistance(row, centers, labels[row]);
        }

        int[] farthest = [.. Enumerable.Range(0, labels.Length).OrderByDescending(row => distances[row]).Take(empty.Length)];
        foreach ((int cluster, int row) in empty.Zip(farthest))
        {
            AddRow(row, sums.AsSpan(labels[row] * _dimension, _dimension), -1);
            AddRow(row, sums.AsSpan(cluster * _dimension, _dimension), 1);
            counts[labels[row]]--;
            counts[cluster]++;
        }
    }

    private void AddRow(int row, Span<double> sum, int sign)
    {
        ReadOnlySpan<float> vector = _vectors.Slice(row * _dimension, _dimension);
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += sign * (double)vector[i];
        }
    }

    private double SquaredDistance(int row, double[] centers, int cluster)
    {
        double sum = 0;
        for (int i = 0; i < _dimension; i++)
        {
            double difference = _vectors[(row * _dimension) + i] - centers[(cluster * _dimension) + i];
            sum += difference * difference;
        }

        return sum;
    }
}

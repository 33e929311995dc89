using System.Numerics.Tensors;
using Akin.Kernels;

namespace Akin.Search.Projection;

/// <summary>Mean and covariance of vectors, summed in double.</summary>
internal static class Covariance
{
    // Rows summed at a time: a block of their columns stays in the cache.
    private const int RowsPerBlock = 256;

    /// <summary>The mean <c>[dimension]</c> and the sums of products of differences from it, <c>[dimension, dimension]</c>.</summary>
    public static (double[] Mean, double[] Products) Measure(ReadOnlySpan<float> vectors, int dimension, CancellationToken cancellationToken)
    {
        int rowCount = vectors.Length / dimension;
        double[] mean = new double[dimension];
        for (int i = 0; i < vectors.Length; i++)
        {
            mean[i % dimension] += vectors[i];
        }

        TensorPrimitives.Divide(mean, rowCount, mean);
        ProductBody body = new(dimension);
        for (int first = 0; first < rowCount; first += RowsPerBlock)
        {
            cancellationToken.ThrowIfCancellationRequested();
            body.Load(vectors.Slice(first * dimension, Math.Min(RowsPerBlock, rowCount - first) * dimension), mean);
            WorkerPool.Shared.For(dimension, ref body);
        }

        return (mean, body.Products);
    }

    /// <summary>The sums of products of columns, <c>[dimension, dimension]</c>: nothing is subtracted.</summary>
    public static double[] SecondMoments(ReadOnlySpan<float> vectors, int dimension, CancellationToken cancellationToken)
    {
        (double[] mean, double[] products) = Measure(vectors, dimension, cancellationToken);
        int rowCount = vectors.Length / dimension;
        for (int i = 0; i < products.Length; i++)
        {
            products[i] += rowCount * mean[i / dimension] * mean[i % dimension];
        }

        return products;
    }

    /// <summary>Adds a block's products: task i those of column i with itself and the columns before it, and their mirror images.</summary>
    private struct ProductBody(int dimension) : IParallelBody
    {
        private readonly double[] _columns = new double[dimension * RowsPerBlock];
        private int _rowCount;

        public double[] Products { get; } = new double[dimension * dimension];

        public void Load(ReadOnlySpan<float> rows, double[] mean)
        {
            _rowCount = rows.Length / dimension;
            for (int i = 0; i < rows.Length; i++)
            {
                _columns[(i % dimension * RowsPerBlock) + (i / dimension)] = rows[i] - mean[i % dimension];
            }
        }

        public readonly void Execute(int taskIndex)
        {
            ReadOnlySpan<double> column = _columns.AsSpan(taskIndex * RowsPerBlock, _rowCount);
            for (int other = 0; other <= taskIndex; other++)
            {
                double product = Products[(taskIndex * dimension) + other] + TensorPrimitives.Dot(column, _columns.AsSpan(other * RowsPerBlock, _rowCount));
                Products[(taskIndex * dimension) + other] = product;
                Products[(other * dimension) + taskIndex] = product;
            }
        }
    }
}

using System.Buffers;
using System.Numerics.Tensors;

namespace Akin.Kernels;

/// <summary>Sums over the rows of a matrix: the gradient of a bias.</summary>
public static class ColumnSums
{
    /// <summary>Rows of a task: their sums join the total one after the other, so no bit depends on the number of threads.</summary>
    private const int RowsPerTask = 64;

    /// <summary>Adds the sum of every column to a row.</summary>
    /// <param name="matrix"><c>[rows, width]</c>.</param>
    /// <param name="sums">Added to, <c>[width]</c>.</param>
    /// <param name="pool">Shares the rows.</param>
    /// <exception cref="ArgumentException">The matrix is not made of whole rows.</exception>
    public static void Add(ReadOnlySpan<float> matrix, Span<float> sums, WorkerPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        if (sums.IsEmpty || matrix.Length % sums.Length != 0)
        {
            throw new ArgumentException($"{matrix.Length} numbers are not whole rows of {sums.Length}.", nameof(matrix));
        }

        int width = sums.Length;
        int rowCount = matrix.Length / width;
        int taskCount = (rowCount + RowsPerTask - 1) / RowsPerTask;
        float[] parts = ArrayPool<float>.Shared.Rent(taskCount * width);
        Body body = new() { Matrix = matrix, RowCount = rowCount, Width = width, Parts = parts };
        pool.For(taskCount, ref body);
        for (int task = 0; task < taskCount; task++)
        {
            TensorPrimitives.Add(sums, parts.AsSpan(task * width, width), sums);
        }

        ArrayPool<float>.Shared.Return(parts);
    }

    private ref struct Body : IParallelBody
    {
        public ReadOnlySpan<float> Matrix;
        public int RowCount;
        public int Width;
        public Span<float> Parts;

        public void Execute(int taskIndex)
        {
            Span<float> sum = Parts.Slice(taskIndex * Width, Width);
            int first = taskIndex * RowsPerTask;
            Matrix.Slice(first * Width, Width).CopyTo(sum);
            for (int row = first + 1; row < Math.Min(first + RowsPerTask, RowCount); row++)
            {
                TensorPrimitives.Add(sum, Matrix.Slice(row * Width, Width), sum);
            }
        }
    }
}

using System.Numerics.Tensors;
using Akin.Kernels;

namespace Akin.Search.Clustering;

/// <summary>
/// Chooses rows to begin from by k-means++: each next one is drawn with a chance that grows with the squared distance from the nearest chosen so far.
/// Of several draws the one that lowers the sum of distances most is taken, as scikit-learn does.
/// </summary>
/// <param name="rows">The vectors less their mean, <c>[rows, dimension]</c>.</param>
/// <param name="dimension">The number of columns.</param>
internal sealed class KMeansSeeding(float[] rows, int dimension)
{
    private readonly float[] _squares = [.. Enumerable.Range(0, rows.Length / dimension).Select(row => TensorPrimitives.SumOfSquares<float>(rows.AsSpan(row * dimension, dimension)))];

    private int RowCount => _squares.Length;

    /// <summary>The chosen rows.</summary>
    public int[] Choose(int count, Random random, CancellationToken cancellationToken)
    {
        int drawCount = 2 + (int)Math.Log(count);
        double[] nearest = new double[RowCount];
        Array.Fill(nearest, double.PositiveInfinity);
        List<int> chosen = [];
        int[] draws = [random.Next(RowCount)];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double[][] nearer = Nearer(nearest, draws);
            int best = Enumerable.Range(0, draws.Length).MinBy(draw => TensorPrimitives.Sum<double>(nearer[draw]));
            nearest = nearer[best];
            chosen.Add(draws[best]);
            if (chosen.Count == count)
            {
                return [.. chosen];
            }

            draws = [.. Enumerable.Range(0, drawCount).Select(_ => Draw(nearest, random))];
        }
    }

    // For each drawn row, the squared distance of all rows from the nearest of it and the chosen: |x|² + |c|² − 2x·c.
    private double[][] Nearer(double[] nearest, int[] draws)
    {
        PackedMatrix matrix = new(dimension, draws.Length);
        for (int draw = 0; draw < draws.Length; draw++)
        {
            matrix.Pack(draw, rows.AsSpan(draws[draw] * dimension, dimension));
        }

        float[] products = new float[RowCount * draws.Length];
        Gemm.Multiply(rows, RowCount, matrix, default, products, WorkerPool.Shared);
        double[][] nearer = [.. draws.Select(_ => new double[RowCount])];
        for (int row = 0; row < RowCount; row++)
        {
            for (int draw = 0; draw < draws.Length; draw++)
            {
                double distance = (double)_squares[row] + _squares[draws[draw]] - (2.0 * products[(row * draws.Length) + draw]);
                nearer[draw][row] = Math.Min(nearest[row], Math.Max(0, distance));
            }
        }

        return nearer;
    }

    // Where all vectors lie on chosen ones already, any will do.
    private static int Draw(double[] weights, Random random)
    {
        double place = random.NextDouble() * TensorPrimitives.Sum<double>(weights);
        for (int i = 0; i < weights.Length; i++)
        {
            place -= weights[i];
            if (place < 0)
            {
                return i;
            }
        }

        return random.Next(weights.Length);
    }
}

using System.Numerics;

namespace Akin.Training.Optimizers;

/// <summary>The update of <see cref="Adafactor"/> for one parameter; generic so that tests run the very same code in double.</summary>
internal static class AdafactorKernel
{
    /// <summary>Changes a parameter.</summary>
    /// <param name="value">p, <c>[rows, columns]</c>; a vector when <paramref name="columnSquare"/> is empty.</param>
    /// <param name="gradient">g.</param>
    /// <param name="gradientScale">Multiplies g.</param>
    /// <param name="rowSquare">Mean squares of rows, <c>[rows]</c>; of a vector the mean square of every number.</param>
    /// <param name="columnSquare">Mean squares of columns, <c>[columns]</c>; empty for a vector.</param>
    /// <param name="momentum">The mean update; empty when there is no momentum.</param>
    /// <param name="options">The settings.</param>
    /// <param name="learningRate">The group's rate, used when rates are not relative.</param>
    /// <param name="weightDecay">The group's decay.</param>
    /// <param name="stepCount">t, from 1.</param>
    public static void Update<T>(
        Span<T> value, ReadOnlySpan<T> gradient, double gradientScale, Span<T> rowSquare, Span<T> columnSquare, Span<T> momentum,
        AdafactorOptions options, double learningRate, double weightDecay, long stepCount)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T scale = T.CreateTruncating(gradientScale);
        T epsilon = T.CreateTruncating(options.SquareEpsilon);
        double rate = options.RelativeStep
            ? Math.Min(options.WarmupInit ? 1e-6 * stepCount : 1e-2, 1 / Math.Sqrt(stepCount))
            : learningRate;
        rate *= options.ScaleParameter ? Math.Max(options.ScaleEpsilon, RootMeanSquare<T>(value)) : 1;
        double beta2 = 1 - Math.Pow(stepCount, options.DecayRate);

        (T[] rows, T[] columns) = columnSquare.IsEmpty
            ? VectorFactors(gradient, scale, epsilon, rowSquare, beta2)
            : MatrixFactors(gradient, scale, epsilon, rowSquare, columnSquare, beta2);

        // The update is made twice, first for its size: that is cheaper than memory for it.
        double sum = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            ReadOnlySpan<T> numbers = gradient.Slice(row * columns.Length, columns.Length);
            for (int column = 0; column < numbers.Length; column++)
            {
                double change = double.CreateTruncating(rows[row] * columns[column] * (scale * numbers[column]));
                sum += change * change;
            }
        }

        double clip = Math.Max(1, Math.Sqrt(sum / gradient.Length) / options.ClipThreshold);
        T factor = T.CreateTruncating(rate / clip);
        T kept = T.CreateTruncating(options.Beta1 ?? 0);
        T joined = T.CreateTruncating(1 - (options.Beta1 ?? 0));
        T remaining = T.CreateTruncating(1 - (weightDecay * rate));
        for (int row = 0; row < rows.Length; row++)
        {
            int start = row * columns.Length;
            ReadOnlySpan<T> numbers = gradient.Slice(start, columns.Length);
            Span<T> values = value.Slice(start, columns.Length);
            Span<T> momenta = momentum.IsEmpty ? [] : momentum.Slice(start, columns.Length);
            for (int column = 0; column < numbers.Length; column++)
            {
                T change = rows[row] * columns[column] * (scale * numbers[column]) * factor;
                if (!momenta.IsEmpty)
                {
                    change = momenta[column] = (kept * momenta[column]) + (joined * change);
                }

                values[column] = (values[column] * remaining) - change;
            }
        }
    }

    /// <summary>What every gradient is multiplied with, <c>rows[r] · columns[c]</c>; a vector is one row.</summary>
    private static (T[] Rows, T[] Columns) VectorFactors<T>(ReadOnlySpan<T> gradient, T scale, T epsilon, Span<T> square, double beta2)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] factors = new T[square.Length];
        for (int i = 0; i < square.Length; i++)
        {
            T g = scale * gradient[i];
            square[i] = (square[i] * T.CreateTruncating(beta2)) + (((g * g) + epsilon) * T.CreateTruncating(1 - beta2));
            factors[i] = T.One / T.Sqrt(square[i]);
        }

        return ([T.One], factors);
    }

    private static (T[] Rows, T[] Columns) MatrixFactors<T>(
        ReadOnlySpan<T> gradient, T scale, T epsilon, Span<T> rowSquare, Span<T> columnSquare, double beta2)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int columnCount = columnSquare.Length;
        double[] columnSums = new double[columnCount];
        T kept = T.CreateTruncating(beta2);
        T joined = T.CreateTruncating(1 - beta2);
        double total = 0;
        for (int row = 0; row < rowSquare.Length; row++)
        {
            ReadOnlySpan<T> numbers = gradient.Slice(row * columnCount, columnCount);
            double rowSum = 0;
            for (int column = 0; column < columnCount; column++)
            {
                T g = scale * numbers[column];
                double square = double.CreateTruncating((g * g) + epsilon);
                rowSum += square;
                columnSums[column] += square;
            }

            rowSquare[row] = (rowSquare[row] * kept) + (T.CreateTruncating(rowSum / columnCount) * joined);
            total += double.CreateTruncating(rowSquare[row]);
        }

        T mean = T.CreateTruncating(total / rowSquare.Length);
        T[] rows = new T[rowSquare.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row] = T.One / T.Sqrt(rowSquare[row] / mean);
        }

        T[] columns = new T[columnCount];
        for (int column = 0; column < columnCount; column++)
        {
            columnSquare[column] = (columnSquare[column] * kept) + (T.CreateTruncating(columnSums[column] / rowSquare.Length) * joined);
            columns[column] = T.One / T.Sqrt(columnSquare[column]);
        }

        return (rows, columns);
    }

    private static double RootMeanSquare<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = 0;
        foreach (T value in values)
        {
            double number = double.CreateTruncating(value);
            sum += number * number;
        }

        return Math.Sqrt(sum / values.Length);
    }
}

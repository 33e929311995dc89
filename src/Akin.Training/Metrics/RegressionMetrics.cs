namespace Akin.Training.Metrics;

/// <summary>How far predicted numbers are from expected ones. (Correlations: <see cref="Search.Evaluation.Correlation"/>.)</summary>
public static class RegressionMetrics
{
    /// <summary>The mean of the squared differences.</summary>
    /// <param name="expected">The right numbers.</param>
    /// <param name="predicted">As many predicted ones.</param>
    /// <exception cref="ArgumentException">The lists differ in length or are empty.</exception>
    public static double MeanSquaredError(ReadOnlySpan<double> expected, ReadOnlySpan<double> predicted)
    {
        Pairs.Check(expected.Length, predicted.Length, "numbers");
        return SquaredDifferences(expected, predicted) / expected.Length;
    }

    /// <summary>The mean of the absolute differences.</summary>
    /// <inheritdoc cref="MeanSquaredError"/>
    public static double MeanAbsoluteError(ReadOnlySpan<double> expected, ReadOnlySpan<double> predicted)
    {
        Pairs.Check(expected.Length, predicted.Length, "numbers");
        double sum = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            sum += Math.Abs(expected[i] - predicted[i]);
        }

        return sum / expected.Length;
    }

    /// <summary>R²: 1 − squared error / squared deviation from the mean. Constant expected numbers give 1 when met exactly, else 0.</summary>
    /// <inheritdoc cref="MeanSquaredError"/>
    public static double RSquared(ReadOnlySpan<double> expected, ReadOnlySpan<double> predicted)
    {
        Pairs.Check(expected.Length, predicted.Length, "numbers");
        double sum = 0;
        foreach (double number in expected)
        {
            sum += number;
        }

        double mean = sum / expected.Length;
        double deviation = 0;
        foreach (double number in expected)
        {
            deviation += (number - mean) * (number - mean);
        }

        double error = SquaredDifferences(expected, predicted);
        return deviation > 0 ? 1 - (error / deviation) : error == 0 ? 1 : 0;
    }

    private static double SquaredDifferences(ReadOnlySpan<double> expected, ReadOnlySpan<double> predicted)
    {
        double sum = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            sum += (expected[i] - predicted[i]) * (expected[i] - predicted[i]);
        }

        return sum;
    }
}

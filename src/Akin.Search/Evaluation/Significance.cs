namespace Akin.Search.Evaluation;

/// <summary>
/// Whether two systems differ by more than chance, from their scores on the same queries (or examples). All p-values are two-sided, and equal SciPy's.
/// </summary>
public static class Significance
{
    // Where SciPy passes to the normal approximation of the Wilcoxon test: with all differences distinct, and with ties or zeros among them.
    private const int MaxExactDifferences = 50;
    private const int MaxExactDifferencesWithTies = 13;

    /// <summary>Student's t-test on pairs: t of the mean difference, with count − 1 degrees of freedom.</summary>
    /// <param name="first">The scores of one system, at least two.</param>
    /// <param name="second">The scores of the other, in the same order.</param>
    /// <exception cref="ArgumentException">The lists differ in length or have fewer than two numbers.</exception>
    public static SignificanceResult PairedT(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double[] differences = Differences(first, second);
        (double mean, double variance) = MeanAndVariance(differences);
        double t = mean / Math.Sqrt(variance / differences.Length);
        return new SignificanceResult(t, Distributions.StudentTwoSided(t, differences.Length - 1));
    }

    /// <summary>Welch's t-test on two independent lists, whose lengths and variances may differ.</summary>
    /// <param name="first">The scores of one system, at least two.</param>
    /// <param name="second">The scores of the other, at least two.</param>
    /// <exception cref="ArgumentException">A list has fewer than two numbers.</exception>
    public static SignificanceResult WelchT(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.Length < 2 || second.Length < 2)
        {
            throw new ArgumentException($"The lists have {first.Length} and {second.Length} numbers; each needs at least two.");
        }

        (double firstMean, double firstVariance) = MeanAndVariance(first);
        (double secondMean, double secondVariance) = MeanAndVariance(second);
        double firstPart = firstVariance / first.Length;
        double secondPart = secondVariance / second.Length;
        double t = (firstMean - secondMean) / Math.Sqrt(firstPart + secondPart);

        // Welch and Satterthwaite: (a + b)² / (a²/(n−1) + b²/(m−1)).
        double sum = firstPart + secondPart;
        double degrees = sum * sum / ((firstPart * firstPart / (first.Length - 1)) + (secondPart * secondPart / (second.Length - 1)));
        return new SignificanceResult(t, Distributions.StudentTwoSided(t, degrees));
    }

    /// <summary>
    /// Wilcoxon's signed-rank test on pairs; the statistic is the smaller rank sum. Exact for up to 50 pairs without ties and zeros
    /// and up to 13 with them, else by the normal approximation without continuity correction.
    /// </summary>
    /// <param name="first">The scores of one system, at least two.</param>
    /// <param name="second">The scores of the other, in the same order.</param>
    /// <param name="zeros">What is done with pairs that do not differ.</param>
    /// <param name="approximate">Whether the normal approximation is taken in any case.</param>
    /// <exception cref="ArgumentException">The lists differ in length or have fewer than two numbers.</exception>
    public static SignificanceResult Wilcoxon(
        ReadOnlySpan<double> first, ReadOnlySpan<double> second, ZeroDifferences zeros = ZeroDifferences.Drop, bool approximate = false)
    {
        double[] differences = Differences(first, second);
        int zeroCount = differences.Count(difference => difference == 0);
        if (zeros == ZeroDifferences.Drop)
        {
            differences = [.. differences.Where(difference => difference != 0)];
        }

        double[] ranks = Correlation.Ranks([.. differences.Select(Math.Abs)]);
        double plus = 0;
        double minus = 0;
        for (int i = 0; i < ranks.Length; i++)
        {
            plus += differences[i] > 0 ? ranks[i] : 0;
            minus += differences[i] < 0 ? ranks[i] : 0;
        }

        double[] tieSizes = [.. ranks.Where((_, i) => differences[i] != 0).GroupBy(rank => rank).Select(group => (double)group.Count())];
        double statistic = Math.Min(plus, minus);
        bool distinct = zeroCount == 0 && tieSizes.All(size => size == 1);
        if (!approximate && first.Length <= (distinct ? MaxExactDifferences : MaxExactDifferencesWithTies))
        {
            double[] signedRanks = [.. ranks.Where((_, i) => differences[i] != 0)];
            return new SignificanceResult(statistic, Math.Min(1, 2 * Distributions.SignedRank(statistic, signedRanks)));
        }

        double count = differences.Length;
        double ranked = zeros == ZeroDifferences.Rank ? zeroCount : 0;
        double mean = ((count * (count + 1)) - (ranked * (ranked + 1))) / 4;
        double variance = ((count * (count + 1) * ((2 * count) + 1)) - (ranked * (ranked + 1) * ((2 * ranked) + 1))
            - (tieSizes.Sum(size => (size * size * size) - size) / 2)) / 24;
        double z = (plus - mean) / Math.Sqrt(variance);
        return new SignificanceResult(statistic, 2 * Distributions.Normal(-Math.Abs(z)));
    }

    /// <summary>The sign test on pairs: how often the first is better, against a fair coin; equal pairs do not count.</summary>
    /// <param name="first">The scores of one system, at least two.</param>
    /// <param name="second">The scores of the other, in the same order.</param>
    /// <exception cref="ArgumentException">The lists differ in length or have fewer than two numbers.</exception>
    public static SignificanceResult Sign(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        double[] differences = Differences(first, second);
        int plus = differences.Count(difference => difference > 0);
        return new SignificanceResult(plus, Distributions.FairCoin(plus, differences.Count(difference => difference < 0)));
    }

    /// <summary>McNemar's exact test on two classifiers: of the examples that only one of them gets right, how they are split.</summary>
    /// <param name="onlyFirst">How many examples only the first classifier gets right.</param>
    /// <param name="onlySecond">How many examples only the second gets right.</param>
    public static SignificanceResult McNemar(int onlyFirst, int onlySecond) => new(onlyFirst, Distributions.FairCoin(onlyFirst, onlySecond));

    /// <summary>Whether a correlation (Pearson's or Spearman's) differs from 0, by Student's t with count − 2 degrees of freedom.</summary>
    /// <param name="correlation">The correlation, −1 … 1.</param>
    /// <param name="count">How many pairs it was computed from.</param>
    /// <returns>The statistic is the correlation; the p-value is NaN for fewer than three pairs, which always correlate perfectly.</returns>
    public static SignificanceResult OfCorrelation(double correlation, int count)
    {
        double degrees = count - 2;
        double t = correlation * Math.Sqrt(degrees / ((1 - correlation) * (1 + correlation)));
        return new SignificanceResult(correlation, count < 3 ? double.NaN : Distributions.StudentTwoSided(t, degrees));
    }

    private static double[] Differences(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.Length != second.Length || first.Length < 2)
        {
            throw new ArgumentException($"The lists have {first.Length} and {second.Length} numbers; they must be equally long, with at least two.");
        }

        double[] differences = new double[first.Length];
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] = first[i] - second[i];
        }

        return differences;
    }

    private static (double Mean, double Variance) MeanAndVariance(ReadOnlySpan<double> numbers)
    {
        double mean = 0;
        foreach (double number in numbers)
        {
            mean += number / numbers.Length;
        }

        double squares = 0;
        foreach (double number in numbers)
        {
            squares += (number - mean) * (number - mean);
        }

        return (mean, squares / (numbers.Length - 1));
    }
}

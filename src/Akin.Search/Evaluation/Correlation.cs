namespace Akin.Search.Evaluation;

/// <summary>How well two lists of numbers go together, in double precision.</summary>
public static class Correlation
{
    /// <summary>Pearson's product-moment correlation, −1 … 1.</summary>
    /// <param name="first">Numbers; at least two.</param>
    /// <param name="second">As many numbers.</param>
    /// <returns>NaN when one of the lists is constant or holds a NaN, as SciPy answers.</returns>
    /// <exception cref="ArgumentException">The lists differ in length or have fewer than two numbers.</exception>
    public static double Pearson(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        Check(first, second);
        double firstMean = Mean(first);
        double secondMean = Mean(second);
        double product = 0;
        double firstSquare = 0;
        double secondSquare = 0;
        for (int i = 0; i < first.Length; i++)
        {
            double x = first[i] - firstMean;
            double y = second[i] - secondMean;
            product += x * y;
            firstSquare += x * x;
            secondSquare += y * y;
        }

        double correlation = product / (Math.Sqrt(firstSquare) * Math.Sqrt(secondSquare));
        return double.IsNaN(correlation) ? correlation : Math.Clamp(correlation, -1, 1);
    }

    /// <summary>Spearman's rank correlation: Pearson's of the ranks, where equal numbers share the mean of their ranks.</summary>
    /// <inheritdoc cref="Pearson"/>
    public static double Spearman(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        Check(first, second);
        return first.ContainsNaN() || second.ContainsNaN() ? double.NaN : Pearson(Ranks(first), Ranks(second));
    }

    /// <summary>Kendall's τ-b: how many pairs are ordered alike in both lists less those ordered oppositely, corrected for ties, −1 … 1.</summary>
    /// <remarks>Compares all pairs: time grows with the square of the length.</remarks>
    /// <inheritdoc cref="Pearson"/>
    public static double Kendall(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        Check(first, second);
        if (first.ContainsNaN() || second.ContainsNaN())
        {
            return double.NaN;
        }

        long agreement = 0;
        long firstDistinct = 0;
        long secondDistinct = 0;
        for (int i = 1; i < first.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                int firstOrder = first[i].CompareTo(first[j]);
                int secondOrder = second[i].CompareTo(second[j]);
                agreement += firstOrder * secondOrder;
                firstDistinct += firstOrder * firstOrder;
                secondDistinct += secondOrder * secondOrder;
            }
        }

        return agreement / (Math.Sqrt(firstDistinct) * Math.Sqrt(secondDistinct));
    }

    /// <summary>The rank of each number from 1; equal numbers share the mean of their ranks.</summary>
    internal static double[] Ranks(ReadOnlySpan<double> numbers)
    {
        double[] sorted = numbers.ToArray();
        int[] order = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, order);
        double[] ranks = new double[sorted.Length];
        for (int first = 0; first < sorted.Length;)
        {
            int end = first + 1;
            while (end < sorted.Length && sorted[end] == sorted[first])
            {
                end++;
            }

            for (int i = first; i < end; i++)
            {
                ranks[order[i]] = (first + 1 + end) / 2.0;
            }

            first = end;
        }

        return ranks;
    }

    private static bool ContainsNaN(this ReadOnlySpan<double> numbers)
    {
        foreach (double number in numbers)
        {
            if (double.IsNaN(number))
            {
                return true;
            }
        }

        return false;
    }

    private static double Mean(ReadOnlySpan<double> numbers)
    {
        double sum = 0;
        foreach (double number in numbers)
        {
            sum += number;
        }

        return sum / numbers.Length;
    }

    private static void Check(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.Length != second.Length || first.Length < 2)
        {
            throw new ArgumentException($"The lists have {first.Length} and {second.Length} numbers; they must be equally long, with at least two.");
        }
    }
}

using System.Globalization;

namespace Akin.Training.Reports;

/// <summary>The range of a chart's axis, and the round numbers that are marked on it.</summary>
/// <param name="First">Where the axis begins.</param>
/// <param name="Last">Where it ends.</param>
/// <param name="Step">The distance between marks: 1, 2 or 5 times a power of ten.</param>
internal sealed record Axis(double First, double Last, double Step)
{
    private const int MaxSteps = 6;

    private static readonly double[] RoundFactors = [1, 2, 5, 10];

    /// <summary>The marks, ascending.</summary>
    public IEnumerable<double> Ticks
    {
        get
        {
            // Counted in whole steps, so that 0.1 + 0.2 is marked as 0.3; adding 0 makes −0 an ordinary 0.
            for (double i = Math.Ceiling((First / Step) - 1e-9) + 0.0; i * Step <= Last + (Step * 1e-9); i++)
            {
                yield return i * Step;
            }
        }
    }

    /// <summary>An axis that all numbers fit on.</summary>
    /// <param name="numbers">At least one finite number.</param>
    /// <param name="wholeNumbers">Whether marks between whole numbers make no sense.</param>
    public static Axis Of(IReadOnlyCollection<double> numbers, bool wholeNumbers)
    {
        double first = numbers.Min();
        double last = numbers.Max();
        if (first == last)
        {
            double margin = wholeNumbers ? 1 : first == 0 ? 1 : Math.Abs(first) * 0.1;
            (first, last) = (first - margin, last + margin);
        }
        else if (!wholeNumbers)
        {
            double margin = (last - first) * 0.05;
            (first, last) = (first >= 0 ? Math.Max(0, first - margin) : first - margin, last + margin);
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10((last - first) / MaxSteps)));
        double step = power * RoundFactors.First(factor => (last - first) / (power * factor) <= MaxSteps);
        return new Axis(first, last, wholeNumbers ? Math.Max(1, step) : step);
    }

    /// <summary>Where a number stands on the axis, 0 … 1.</summary>
    public double Share(double number) => (number - First) / (Last - First);

    /// <summary>How a mark is written: as short as the step allows.</summary>
    public string Label(double tick)
    {
        double size = Math.Max(Math.Abs(First), Math.Abs(Last));
        if (size is < 0.001 or >= 1e6)
        {
            return tick == 0 ? "0" : tick.ToString("0.##e0", CultureInfo.InvariantCulture);
        }

        int digits = Math.Clamp((int)-Math.Floor(Math.Log10(Step) + 1e-9), 0, 6);
        return tick.ToString($"F{digits}", CultureInfo.InvariantCulture);
    }
}

namespace Akin.Search.Evaluation;

/// <summary>The distribution functions behind significance tests, to about 1e-13 relative.</summary>
internal static class Distributions
{
    private const double Precision = 1e-16;
    private const int MaxTerms = 10_000;

    // Lanczos' approximation of the gamma function, g = 7, nine coefficients (Godfrey 2001).
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>P(Z ≤ z) of the standard normal distribution: ½·erfc(−z/√2), where erfc(x) is the upper incomplete gamma function Q(½, x²).</summary>
    public static double Normal(double z)
    {
        double tail = 0.5 * UpperGamma(0.5, z * z / 2);
        return z < 0 ? tail : 1 - tail;
    }

    /// <summary>P(|T| ≥ |t|) of Student's distribution: the incomplete beta function I(ν/(ν + t²); ν/2, ½).</summary>
    public static double StudentTwoSided(double t, double degrees) =>
        double.IsNaN(t) ? double.NaN : double.IsInfinity(t) ? 0 : IncompleteBeta(degrees / (degrees + (t * t)), degrees / 2, 0.5);

    /// <summary>P(W ≤ sum) of the sum of those ranks whose sign is positive, all signs being equally likely.</summary>
    public static double SignedRank(double sum, ReadOnlySpan<double> ranks)
    {
        // Ranks of ties are halves: counted in halves, all sums are whole numbers.
        double[] share = new double[(int)(2 * sum) + 1];
        share[0] = 1;
        foreach (double rank in ranks)
        {
            int halves = (int)(2 * rank);
            for (int i = share.Length - 1; i >= 0; i--)
            {
                share[i] = (share[i] + (i >= halves ? share[i - halves] : 0)) / 2;
            }
        }

        return share.Sum();
    }

    /// <summary>How likely a fair coin falls at least as unevenly as this, two-sided; NaN of no throws.</summary>
    public static double FairCoin(int heads, int tails)
    {
        int count = heads + tails;
        double sum = 0;
        for (int i = 0; i <= Math.Min(heads, tails); i++)
        {
            sum += Math.Exp(LogGamma(count + 1) - LogGamma(i + 1) - LogGamma(count - i + 1) - (count * Math.Log(2)));
        }

        return count == 0 ? double.NaN : Math.Min(1, 2 * sum);
    }

    private static double LogGamma(double x)
    {
        double sum = Lanczos[0];
        for (int i = 1; i < Lanczos.Length; i++)
        {
            sum += Lanczos[i] / (x - 1 + i);
        }

        double shifted = x + Lanczos.Length - 2.5;
        return ((x - 0.5) * Math.Log(shifted)) - shifted + (0.5 * Math.Log(2 * Math.PI)) + Math.Log(sum);
    }

    // Q(a, x): by the series of P for small x, else by the continued fraction x + 1 − a − 1(1 − a)/(x + 3 − a − 2(2 − a)/(…
    private static double UpperGamma(double a, double x)
    {
        if (x == 0 || double.IsNaN(x))
        {
            return x == 0 ? 1 : double.NaN;
        }

        double scale = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        if (x < a + 1)
        {
            double term = 1 / a;
            double sum = term;
            for (int i = 1; i < MaxTerms && term > sum * Precision; i++)
            {
                term *= x / (a + i);
                sum += term;
            }

            return 1 - (scale * sum);
        }

        return scale / ContinuedFraction(x + 1 - a, i => (-i * (i - a), x + (2 * i) + 1 - a));
    }

    // I(x; a, b): the continued fraction converges fast below the mean, so above it the mirrored one is taken.
    private static double IncompleteBeta(double x, double a, double b)
    {
        if (x <= 0 || x >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        if (x > (a + 1) / (a + b + 2))
        {
            return 1 - IncompleteBeta(1 - x, b, a);
        }

        double scale = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x))) / a;
        return scale / ContinuedFraction(1, i =>
        {
            int half = i / 2;
            double numerator = i % 2 == 0
                ? half * (b - half) * x / ((a + i - 1) * (a + i))
                : -(a + half) * (a + b + half) * x / ((a + i - 1) * (a + i));
            return (numerator, 1);
        });
    }

    // first + n₁/(d₁ + n₂/(d₂ + …)) by the method of Lentz.
    private static double ContinuedFraction(double first, Func<int, (double Numerator, double Denominator)> term)
    {
        const double Tiny = 1e-300;
        double value = first == 0 ? Tiny : first;
        double upper = value;
        double lower = 0;
        for (int i = 1; i < MaxTerms; i++)
        {
            (double numerator, double denominator) = term(i);
            lower = denominator + (numerator * lower);
            lower = 1 / (lower == 0 ? Tiny : lower);
            upper = denominator + (numerator / upper);
            upper = upper == 0 ? Tiny : upper;
            double factor = upper * lower;
            value *= factor;
            if (Math.Abs(factor - 1) < Precision)
            {
                break;
            }
        }

        return value;
    }
}

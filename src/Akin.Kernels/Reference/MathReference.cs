namespace Akin.Kernels.Reference;

/// <summary>The scalar functions in double precision: slow, plain, and the truth the float32 kernels are tested against.</summary>
internal static class MathReference
{
    private const double TwoOverSqrtPi = 1.1283791670955126;

    private const double InverseSqrtTwoPi = 0.3989422804014327;

    /// <summary>Below this the Taylor series of erf is summed, above it the continued fraction of erfc.</summary>
    private const double SeriesLimit = 2.5;

    /// <summary>erf x = 2/√π ∫₀ˣ e^(−t²) dt.</summary>
    public static double Erf(double x)
    {
        double magnitude = Math.Abs(x);
        if (double.IsNaN(x))
        {
            return x;
        }

        return magnitude < SeriesLimit ? ErfSeries(x) : Math.CopySign(1 - ErfcFraction(magnitude), x);
    }

    /// <summary>erfc x = 1 − erf x without cancellation for large x.</summary>
    public static double Erfc(double x) => x < SeriesLimit ? 1 - Erf(x) : ErfcFraction(x);

    /// <summary>The normal distribution function Φ(x) = erfc(−x/√2) / 2.</summary>
    public static double NormalCumulative(double x)
    {
        double scaled = -x / Math.Sqrt(2);
        return scaled is > 0.5 and < SeriesLimit ? 0.5 * ErfcFraction(scaled) : 0.5 * Erfc(scaled);
    }

    /// <summary>σ(x) = 1 / (1 + e⁻ˣ).</summary>
    public static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>The value of an activation.</summary>
    public static double Apply(Activation activation, double x) => activation switch
    {
        Activation.None => x,
        Activation.Gelu => double.IsInfinity(x) ? Math.Max(x, 0) : x * NormalCumulative(x),
        Activation.GeluTanh => double.IsInfinity(x) ? Math.Max(x, 0) : x * Sigmoid(GeluTanhInner(x)),
        Activation.QuickGelu => double.IsInfinity(x) ? Math.Max(x, 0) : x * Sigmoid(1.702 * x),
        Activation.Silu => double.IsInfinity(x) ? Math.Max(x, 0) : x * Sigmoid(x),
        Activation.Tanh => Math.Tanh(x),
        Activation.Relu => x > 0 || double.IsNaN(x) ? x : 0,
        Activation.Sigmoid => Sigmoid(x),
        _ => throw Activations.Unknown(activation),
    };

    /// <summary>The derivative of an activation at x.</summary>
    public static double Derivative(Activation activation, double x)
    {
        switch (activation)
        {
            case Activation.None:
                return 1;
            case Activation.Gelu:
                return double.IsInfinity(x) ? (x > 0 ? 1 : 0) : NormalCumulative(x) + x * InverseSqrtTwoPi * Math.Exp(-0.5 * x * x);
            case Activation.GeluTanh:
                if (double.IsInfinity(x))
                {
                    return x > 0 ? 1 : 0;
                }

                // y = x·σ(u): y' = σ(u) + x·u'·σ(u)(1 − σ(u)).
                double inner = GeluTanhInner(x);
                double slope = 2 * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
                return Sigmoid(inner) + x * slope * Sigmoid(inner) * Sigmoid(-inner);
            case Activation.QuickGelu:
                return double.IsInfinity(x) ? (x > 0 ? 1 : 0) : Sigmoid(1.702 * x) + 1.702 * x * Sigmoid(1.702 * x) * Sigmoid(-1.702 * x);
            case Activation.Silu:
                return double.IsInfinity(x) ? (x > 0 ? 1 : 0) : Sigmoid(x) + x * Sigmoid(x) * Sigmoid(-x);
            case Activation.Tanh:
                return 1 / (Math.Cosh(x) * Math.Cosh(x));
            case Activation.Relu:
                return double.IsNaN(x) ? x : x > 0 ? 1 : 0;
            case Activation.Sigmoid:
                return Sigmoid(x) * Sigmoid(-x);
            default:
                throw Activations.Unknown(activation);
        }
    }

    /// <summary>tanh-GELU is x·σ(u), because (1 + tanh v)/2 = σ(2v); this is u.</summary>
    private static double GeluTanhInner(double x) => 2 * Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);

    /// <summary>erf x = 2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)): every term is positive, so nothing cancels.</summary>
    private static double ErfSeries(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum) && n < 200; n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }

        return TwoOverSqrtPi * Math.Exp(-x * x) * sum;
    }

    /// <summary>erfc x = e^(−x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))) for x &gt; 0, evaluated from the far end.</summary>
    private static double ErfcFraction(double x)
    {
        if (double.IsPositiveInfinity(x))
        {
            return 0;
        }

        // The number of levels for 1e-16 grows as x shrinks (about 30/x² + a few).
        int levels = (int)Math.Min(60 / (x * x) + 30, 400);
        double fraction = x;
        for (int n = levels; n >= 1; n--)
        {
            fraction = x + 0.5 * n / fraction;
        }

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction);
    }
}

using System.Runtime.CompilerServices;

namespace Akin.Kernels.Lanes;

/// <summary>Exponential, logarithm, error function and what is made of them, for any number of lanes.</summary>
/// <remarks>
/// The coefficients of the polynomials are minimax fits of the relative error (Remez exchange in double precision), rounded to float32;
/// beside each stands the largest relative error of the fit in units of 2⁻²⁴ (half an ulp or less).
/// </remarks>
internal static class LaneMath
{
    /// <summary>e^x rounds to infinity above 88.72 and to zero below −103.98: arguments are limited a little beyond.</summary>
    private const float LargestExponent = 89;
    private const float SmallestExponent = -104;

    private const float LogarithmOfEBase2 = 1.44269504f;

    /// <summary>ln 2 in two parts; the first has 9 bits, so that its product with an exponent is exact.</summary>
    private const float LogarithmOfTwoHigh = 0.693359375f;
    private const float LogarithmOfTwoLow = -2.12194440e-4f;

    private const float RootOfTwo = 1.41421356f;

    /// <summary>1/√(2π), the normal density at 0.</summary>
    private const float NormalDensityAtZero = 0.398942280f;

    /// <summary>Beyond this the upper tail of the normal distribution, times its argument, is zero in float32.</summary>
    private const float LargestNormalArgument = 14.7f;

    /// <summary>Beyond this erf is 1 in float32 (already from 3.92 on).</summary>
    private const float LargestErfArgument = 4;

    /// <summary>The same for x σ(x), x σ(1.702 x) and the tanh-GELU; e^z is never asked for beyond |z| = 110.</summary>
    private const float LargestSigmoidArgument = 110;
    private const float LargestQuickGeluArgument = 64;
    private const float LargestGeluTanhArgument = 10.9f;

    /// <summary>The tanh-GELU is x σ(z) with z = x (A + B x²): A = 2√(2/π), B = 0.044715 A.</summary>
    private const double GeluTanhLinear = 1.5957691216057308;
    private const double GeluTanhCubic = 0.07135481627260025;

    /// <summary>e^x; at most 1.1 ulp from the exact value, including subnormal results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V limited = V.Max(V.Create(SmallestExponent), V.Min(V.Create(LargestExponent), x));
        V mantissa = ExpParts(limited, out V exponent) + V.Create(1);
        return V.Scale(mantissa, exponent);
    }

    /// <summary>e^x = (1 + result) · 2^exponent for |x| ≤ 110.</summary>
    /// <remarks>The 1 is left to the caller, so that a · e^x can round once: a · result + a.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpParts<V>(V x, out V exponent)
        where V : unmanaged, ILanes<V>
    {
        exponent = V.Round(x * V.Create(LogarithmOfEBase2));
        V rest = V.MultiplyAdd(exponent, V.Create(-LogarithmOfTwoHigh), x);
        return ExpOfRest(V.MultiplyAdd(exponent, V.Create(-LogarithmOfTwoLow), rest));
    }

    /// <summary>e^(x + low) = (1 + result) · 2^exponent, where low is the rounding error left over from computing x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpParts<V>(V x, V low, out V exponent)
        where V : unmanaged, ILanes<V>
    {
        exponent = V.Round(x * V.Create(LogarithmOfEBase2));
        V rest = V.MultiplyAdd(exponent, V.Create(-LogarithmOfTwoHigh), x);
        return ExpOfRest(V.MultiplyAdd(exponent, V.Create(-LogarithmOfTwoLow), low) + rest);
    }

    /// <summary>e^r − 1 = r + r² p(r) for |r| ≤ ln 2 / 2 (0.053).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpOfRest<V>(V r)
        where V : unmanaged, ILanes<V>
    {
        V p = V.MultiplyAdd(V.Create(0.00138389028f), r, V.Create(0.00836919248f));
        p = V.MultiplyAdd(p, r, V.Create(0.0416681021f));
        p = V.MultiplyAdd(p, r, V.Create(0.166665167f));
        p = V.MultiplyAdd(p, r, V.Create(0.49999994f));
        return V.MultiplyAdd(r * r, p, r);
    }

    /// <summary>ln x; NaN below 0, −∞ at ±0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        // Subnormals are brought into the normal range by 2^23 first.
        V smallest = V.Create(FloatBits.SmallestNormal);
        V normal = V.IfLess(x, smallest, x * V.Create(8388608f), x);
        V offset = V.IfLess(x, smallest, V.Create(-FloatBits.MantissaBits), V.Create(0));
        V f = V.Split(normal, out V exponent) - V.Create(1);
        exponent += offset;

        // ln(1 + f) = f − f²/2 + f³ p(f) for √½ − 1 ≤ f ≤ √2 − 1 (0.103).
        V p = V.MultiplyAdd(V.Create(-0.0763565898f), f, V.Create(0.127633289f));
        p = V.MultiplyAdd(p, f, V.Create(-0.131605819f));
        p = V.MultiplyAdd(p, f, V.Create(0.142015532f));
        p = V.MultiplyAdd(p, f, V.Create(-0.166232988f));
        p = V.MultiplyAdd(p, f, V.Create(0.200012341f));
        p = V.MultiplyAdd(p, f, V.Create(-0.250008225f));
        p = V.MultiplyAdd(p, f, V.Create(0.333333313f));
        V square = f * f;
        V small = V.MultiplyAdd(V.MultiplyAdd(p, f, V.Create(-0.5f)), square, exponent * V.Create(LogarithmOfTwoLow));
        V logarithm = V.MultiplyAdd(exponent, V.Create(LogarithmOfTwoHigh), f + small);

        // 0 < x < ∞ is the ordinary case; of the others, NaN and ∞ are their own logarithm.
        V zero = V.Create(0);
        V special = V.IfLess(x, zero, V.Create(float.NaN), V.IfLess(zero, V.Abs(x), x, x + V.Create(float.NegativeInfinity)));
        return V.IfLess(zero, x, V.IfLess(x, V.Create(float.PositiveInfinity), logarithm, x), special);
    }

    /// <summary>The error function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        // Below 1: x + x p(x²) (0.024). Above: 1 − 2 Q(√2 |x|), where an error of Q hardly counts any more.
        V magnitude = V.Abs(x);
        V s = x * x;
        V p = V.MultiplyAdd(V.Create(7.80690389e-05f), s, V.Create(-0.00079978531f));
        p = V.MultiplyAdd(p, s, V.Create(0.0051871622f));
        p = V.MultiplyAdd(p, s, V.Create(-0.0268533472f));
        p = V.MultiplyAdd(p, s, V.Create(0.112835787f));
        p = V.MultiplyAdd(p, s, V.Create(-0.37612626f));
        p = V.MultiplyAdd(p, s, V.Create(0.128379166f));
        V small = V.MultiplyAdd(p, x, x);

        V limited = V.Min(V.Create(LargestErfArgument), magnitude);
        V growth = ExpOfProduct(V.Create(0) - limited, limited, out V exponent);
        V ratio = NormalTail.Ratio(limited * V.Create(RootOfTwo), out V rest);
        V tail = ratio + V.MultiplyAdd(ratio + rest, growth, rest);
        V large = V.Create(1) - V.Scale(tail + tail, exponent);
        return V.IfLess(magnitude, V.Create(1), small, V.CopySign(large, x));
    }

    /// <summary>The hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        // Below 0.8: x + x³ p(x²) (0.069). Above: 1 − 2 / (e^2|x| + 1); from 10 on that rounds to 1.
        V magnitude = V.Abs(x);
        V s = x * x;
        V p = V.MultiplyAdd(V.Create(0.00156866072f), s, V.Create(-0.0073821065f));
        p = V.MultiplyAdd(p, s, V.Create(0.0212858859f));
        p = V.MultiplyAdd(p, s, V.Create(-0.0538476259f));
        p = V.MultiplyAdd(p, s, V.Create(0.133321673f));
        p = V.MultiplyAdd(p, s, V.Create(-0.333332956f));
        V small = V.MultiplyAdd(p * s, x, x);

        V t = V.Min(V.Create(10), magnitude);
        V one = V.Create(1);
        V exponential = V.Scale(ExpParts(t + t, out V exponent) + one, exponent);
        V large = one - V.Create(2) / (exponential + one);
        return V.IfLess(magnitude, V.Create(0.8f), small, V.CopySign(large, x));
    }

    /// <summary>σ(x) = 1 / (1 + e⁻ˣ), with full relative accuracy on the negative side too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V limited = V.Max(V.Create(-LargestSigmoidArgument), V.Min(V.Create(LargestSigmoidArgument), x));
        return TimesSigmoid(V.Create(1), limited, V.Create(0));
    }

    /// <summary>a σ(z + low), where low is the rounding error left over from computing z; |z| ≤ 110, and a is finite where z &lt; 18.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V TimesSigmoid<V>(V a, V z, V low)
        where V : unmanaged, ILanes<V>
    {
        // With e = e^−|z| = m 2^k: σ is 1 / (1 + e) for z ≥ 0 and m / (1 + e) · 2^k for z < 0. Scaling last keeps the accuracy where e alone
        // is subnormal. What m, a m and 1 + e lose by rounding goes into the quotient's second step.
        V zero = V.Create(0);
        V one = V.Create(1);
        V growth = ExpParts(V.IfLess(z, zero, z, zero - z), V.IfLess(z, zero, low, zero - low), out V exponent);
        V mantissa = one + growth;
        V mantissaLow = growth - (mantissa - one);
        V product = a * mantissa;
        V productLow = V.MultiplyAdd(a, mantissaLow, V.MultiplyAdd(a, mantissa, zero - product));
        V numerator = V.IfLess(z, zero, product, a);
        V numeratorLow = V.IfLess(z, zero, productLow, zero);

        V e = V.Scale(mantissa, exponent);
        V denominator = one + e;
        V denominatorLow = e - (denominator - one);
        V quotient = Divide(numerator, numeratorLow, denominator, denominatorLow, one / denominator, out V quotientLow);
        V result = V.Scale(quotient + quotientLow, V.IfLess(z, zero, exponent, zero));

        // From 18 on σ is 1; this is also the way of a = ∞, which has no rounding errors to speak of.
        return V.IfLess(V.Create(18), z, a, result);
    }

    /// <summary>x σ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Silu<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V limited = V.Max(V.Create(-LargestSigmoidArgument), x);
        return TimesSigmoid(limited, V.Min(V.Create(LargestSigmoidArgument), limited), V.Create(0));
    }

    /// <summary>x σ(1.702 x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V QuickGelu<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V limited = V.Max(V.Create(-LargestQuickGeluArgument), x);
        QuickGeluInner(V.Min(V.Create(LargestQuickGeluArgument), limited), out V z, out V low);
        return TimesSigmoid(limited, z, low);
    }

    /// <summary>x/2 (1 + tanh(√(2/π)(x + 0.044715 x³))) = x σ(2√(2/π)(x + 0.044715 x³)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V GeluTanh<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V limited = V.Max(V.Create(-LargestGeluTanhArgument), x);
        GeluTanhInner(V.Min(V.Create(LargestGeluTanhArgument), limited), out V z, out V low);
        return TimesSigmoid(limited, z, low);
    }

    /// <summary>x Φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gelu<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        // x Φ(x) = max(x, 0) − |x| Q(|x|): nothing cancels on the negative side. Rounding errors are carried along up to the last step.
        V zero = V.Create(0);
        V t = V.Min(V.Create(LargestNormalArgument), V.Abs(x));
        V growth = NormalExponential(t, out V exponent);
        V ratio = NormalTail.Ratio(t, out V ratioRest);
        V product = ratio * t;
        V rest = V.MultiplyAdd(ratioRest, t, V.MultiplyAdd(ratio, t, zero - product));
        V tail = product + V.MultiplyAdd(product, growth, V.MultiplyAdd(rest, growth, rest));
        return V.Max(zero, x) - V.Scale(tail, exponent);
    }

    /// <summary>The derivative of <see cref="Gelu{V}"/>: Φ(x) + x φ(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V GeluDerivative<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V t = V.Min(V.Create(LargestNormalArgument), V.Abs(x));
        V growth = NormalExponential(t, out V exponent);

        // With e = e^(−t²/2) the tail is ratio · e and t φ(t) is t e/√(2π); the derivative is Q − t φ(t) for x < 0 and one minus that for x > 0.
        V ratio = NormalTail.Ratio(t, out V rest) + rest;
        V factor = V.MultiplyAdd(t, V.Create(-NormalDensityAtZero), ratio);
        V lower = V.Scale(V.MultiplyAdd(factor, growth, factor), exponent);
        return V.IfLess(x, V.Create(0), lower, V.Create(1) - lower);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void QuickGeluInner<V>(V x, out V z, out V low)
        where V : unmanaged, ILanes<V>
    {
        // 1.702 as the sum of two floats.
        const float Factor = 1.702f;
        const float FactorLow = (float)(1.702 - (double)1.702f);
        z = x * V.Create(Factor);
        low = V.MultiplyAdd(x, V.Create(FactorLow), V.MultiplyAdd(x, V.Create(Factor), V.Create(0) - z));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GeluTanhInner<V>(V x, out V z, out V low)
        where V : unmanaged, ILanes<V>
    {
        // Each factor is the sum of two floats, and the rounding error of every step is carried along.
        V a = V.Create((float)GeluTanhLinear);
        V b = V.Create((float)GeluTanhCubic);
        V zero = V.Create(0);
        V square = x * x;
        V squareLow = V.MultiplyAdd(x, x, zero - square);
        V cubic = b * square;
        V cubicLow = V.MultiplyAdd(b, squareLow, V.MultiplyAdd(b, square, zero - cubic));
        V factor = a + cubic;
        V cubicPart = factor - a;
        V factorLow = a - (factor - cubicPart) + (cubic - cubicPart) + cubicLow;
        factorLow += V.MultiplyAdd(V.Create((float)(GeluTanhCubic - (float)GeluTanhCubic)), square, V.Create((float)(GeluTanhLinear - (float)GeluTanhLinear)));
        z = x * factor;
        low = V.MultiplyAdd(x, factorLow, V.MultiplyAdd(x, factor, zero - z));
    }

    /// <summary>The derivative of z-activations x σ(z): σ(z) + x z' σ(z) σ(−z), where slope = x z'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V TimesSigmoidDerivative<V>(V z, V low, V slope)
        where V : unmanaged, ILanes<V>
    {
        // With e = e^−|z|: σ(|z|) = 1/(1 + e), σ(−|z|) = e/(1 + e).
        V zero = V.Create(0);
        V one = V.Create(1);
        V growth = ExpParts(V.IfLess(z, zero, z, zero - z), V.IfLess(z, zero, low, zero - low), out V exponent);
        V e = V.Scale(growth + one, exponent);
        V inverse = one / (one + e);
        V lower = e * inverse;
        return V.MultiplyAdd(slope, lower * inverse, V.IfLess(z, zero, lower, inverse));
    }

    /// <summary>The derivative of <see cref="Silu{V}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SiluDerivative<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V z = V.Max(V.Create(-LargestSigmoidArgument), V.Min(V.Create(LargestSigmoidArgument), x));
        return TimesSigmoidDerivative(z, V.Create(0), z);
    }

    /// <summary>The derivative of <see cref="QuickGelu{V}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V QuickGeluDerivative<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V limited = V.Max(V.Create(-LargestQuickGeluArgument), V.Min(V.Create(LargestQuickGeluArgument), x));
        QuickGeluInner(limited, out V z, out V low);
        return TimesSigmoidDerivative(z, low, z);
    }

    /// <summary>The derivative of <see cref="GeluTanh{V}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V GeluTanhDerivative<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        // z = A x + B x³, so x z' = z + 2 B x³.
        V limited = V.Max(V.Create(-LargestGeluTanhArgument), V.Min(V.Create(LargestGeluTanhArgument), x));
        GeluTanhInner(limited, out V z, out V low);
        V slope = V.MultiplyAdd(limited * limited, limited * V.Create(2 * (float)GeluTanhCubic), z);
        return TimesSigmoidDerivative(z, low, slope);
    }

    /// <summary>The derivative of <see cref="Tanh{V}"/>: 1 − tanh² x = 4 e / (1 + e)² with e = e^(−2|x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V TanhDerivative<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V magnitude = V.Abs(x);
        V e = Exp(V.Create(0) - (magnitude + magnitude));
        V half = V.Create(2) / (V.Create(1) + e);
        return e * half * half;
    }

    /// <summary>The derivative of <see cref="Sigmoid{V}"/>: e / (1 + e)² with e = e^−|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SigmoidDerivative<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V e = Exp(V.Create(0) - V.Abs(x));
        V inverse = V.Create(1) / (V.Create(1) + e);
        return e * inverse * inverse;
    }

    /// <summary>e^(−t²/2) = (1 + result) · 2^exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V NormalExponential<V>(V t, out V exponent)
        where V : unmanaged, ILanes<V> =>
        ExpOfProduct(t * V.Create(-0.5f), t, out exponent);

    /// <summary>e^(a b) = (1 + result) · 2^exponent; the rounding error of the product is carried along.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpOfProduct<V>(V a, V b, out V exponent)
        where V : unmanaged, ILanes<V>
    {
        V product = a * b;
        return ExpParts(product, V.MultiplyAdd(a, b, V.Create(0) - product), out exponent);
    }

    /// <summary>(numerator + numeratorLow) / (denominator + denominatorLow) as a sum of two floats, given 1 / denominator to a few ulp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Divide<V>(V numerator, V numeratorLow, V denominator, V denominatorLow, V inverse, out V low)
        where V : unmanaged, ILanes<V>
    {
        V quotient = numerator * inverse;
        V negated = V.Create(0) - quotient;
        V rest = V.MultiplyAdd(negated, denominator, numerator) + V.MultiplyAdd(negated, denominatorLow, numeratorLow);
        low = rest * inverse;
        return quotient;
    }
}

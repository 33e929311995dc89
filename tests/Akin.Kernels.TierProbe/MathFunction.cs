namespace Akin.Kernels.TierProbe;

/// <summary>A function of the kernels beside its exact value.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Kernel">The function on a tier.</param>
/// <param name="Exact">The function in double precision.</param>
/// <param name="Error">The largest error allowed, in ulps of the exact value.</param>
/// <param name="Breakpoints">Where the formula changes or the result becomes special.</param>
internal sealed record MathFunction(string Name, MathKernel Kernel, Func<double, double> Exact, double Error, float[] Breakpoints)
{
    private const int SmallestExponent = -126;
    private const int MantissaBits = 23;

    /// <summary>How far a value is from the exact one, in ulps; infinite where a special value is missed.</summary>
    public double ErrorOf(float x, float y)
    {
        double exact = Exact(x);
        float rounded = (float)exact;
        if (!float.IsFinite(rounded) || !float.IsFinite(y))
        {
            return y.Equals(rounded) ? 0 : double.PositiveInfinity;
        }

        return Math.Abs(y - exact) / Math.ScaleB(1, Math.Max(Math.ILogB(exact), SmallestExponent) - MantissaBits);
    }
}

/// <summary>An element-wise function on a tier.</summary>
internal delegate void MathKernel(KernelTier tier, ReadOnlySpan<float> input, Span<float> output);

using System.Runtime.CompilerServices;

namespace Akin.Kernels.Lanes;

/// <summary>How one row is normalised: x̂ = (x − Mean) · (Scale + ScaleLow) + Correction.</summary>
/// <param name="Mean">The mean as first rounded.</param>
/// <param name="Scale">1 / √(variance + ε).</param>
/// <param name="ScaleLow">What the rounding of the scale left over: an error here would bend all elements of a row the same way.</param>
/// <param name="Correction">What the rounding of the mean left over, scaled.</param>
internal readonly record struct Standardization(float Mean, float Scale, float ScaleLow, float Correction)
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : unmanaged, ILanes<V>
    {
        V deviation = x - V.Create(Mean);
        return V.MultiplyAdd(deviation, V.Create(Scale), V.MultiplyAdd(deviation, V.Create(ScaleLow), V.Create(Correction)));
    }

    /// <summary>Splits a scale into the two floats.</summary>
    public static Standardization Create(float mean, double scale, double correction) =>
        new(mean, (float)scale, (float)(scale - (float)scale), (float)correction);
}

/// <summary>Measures a row; the one difference between layer norm and RMS norm.</summary>
internal interface IStandardizer
{
    /// <summary>Whether the mean is subtracted (and the gradient therefore loses its own mean).</summary>
    static abstract bool IsCentered { get; }

    static abstract Standardization Measure<V>(ref float x, int width, float epsilon)
        where V : unmanaged, ILanes<V>;
}

/// <summary>Mean and biased variance.</summary>
internal readonly struct LayerStandardizer : IStandardizer
{
    public static bool IsCentered => true;

    public static Standardization Measure<V>(ref float x, int width, float epsilon)
        where V : unmanaged, ILanes<V>
    {
        // mean + rest is the mean to nearly twice the digits: variance = Σ(x − mean)²/n − rest².
        float mean = Reduction.Sum<V>(ref x, width) / width;
        double rest = (double)Reduction.Deviation<V>(ref x, width, mean) / width;
        double variance = (double)Reduction.SquaredDeviation<V>(ref x, width, mean) / width - rest * rest;
        double scale = 1 / Math.Sqrt(Math.Max(variance, 0) + epsilon);
        return Standardization.Create(mean, scale, -rest * scale);
    }
}

/// <summary>Root mean square, no mean.</summary>
internal readonly struct RmsStandardizer : IStandardizer
{
    public static bool IsCentered => false;

    public static Standardization Measure<V>(ref float x, int width, float epsilon)
        where V : unmanaged, ILanes<V> =>
        Standardization.Create(0, 1 / Math.Sqrt((double)Reduction.Dot<V>(ref x, ref x, width) / width + epsilon), 0);
}

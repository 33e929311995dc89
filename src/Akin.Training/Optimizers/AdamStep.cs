namespace Akin.Training.Optimizers;

/// <summary>The numbers of one step of an optimizer of the Adam family, the same for all elements of a parameter.</summary>
/// <remarks>
/// <code>
/// g = gradientScale · g + l2 · p
/// m = m + (1 - β₁) · (g - m)
/// v = β₂ · v + (1 - β₂) · g²
/// p = (p · decayBefore - stepSize · m / (√v / rootDivisor + ε)) · decayAfter
/// </code>
/// </remarks>
internal readonly record struct AdamStep
{
    public double GradientScale { get; init; } = 1;

    public double L2 { get; init; }

    public double Beta1 { get; init; }

    public double Beta2 { get; init; }

    public double Epsilon { get; init; }

    public double RootDivisor { get; init; } = 1;

    public double StepSize { get; init; }

    public double DecayBefore { get; init; } = 1;

    public double DecayAfter { get; init; } = 1;

    public AdamStep()
    {
    }
}

namespace Akin.Training.Linear;

/// <summary>Settings of <see cref="LogisticRegression"/>; the defaults are scikit-learn's.</summary>
public sealed record LogisticRegressionOptions
{
    /// <summary>How much the data counts against small weights (C): the loss is Σ −ln p + |W|² / 2C. 1 by default.</summary>
    public double InverseRegularization { get; init; } = 1;

    /// <summary>Whether every class counts the same, however many examples it has.</summary>
    public bool BalancedClasses { get; init; }

    /// <summary>Training ends when no derivative of the mean loss is larger than this; 1e-4 by default.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>The most iterations; 100 by default.</summary>
    public int MaxIterations { get; init; } = 100;
}

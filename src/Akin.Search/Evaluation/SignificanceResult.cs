namespace Akin.Search.Evaluation;

/// <summary>What a significance test found.</summary>
/// <param name="Statistic">The test's statistic.</param>
/// <param name="PValue">How likely a difference at least this large is by chance, two-sided, 0 … 1; NaN when nothing differs.</param>
public readonly record struct SignificanceResult(double Statistic, double PValue);

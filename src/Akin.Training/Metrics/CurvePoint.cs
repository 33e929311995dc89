namespace Akin.Training.Metrics;

/// <summary>One point of a ROC or precision–recall curve.</summary>
/// <param name="X">The false positive rate, or the recall.</param>
/// <param name="Y">The true positive rate, or the precision.</param>
/// <param name="Threshold">Everything with at least this score counts as positive; +∞ where nothing does.</param>
public readonly record struct CurvePoint(double X, double Y, double Threshold);

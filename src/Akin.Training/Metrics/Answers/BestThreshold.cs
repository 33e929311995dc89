namespace Akin.Training.Metrics.Answers;

/// <summary>The best score that a threshold on the no-answer probability could reach.</summary>
/// <param name="Score">The score in percent, 0 … 100.</param>
/// <param name="Threshold">Questions with a higher no-answer probability would count as unanswered.</param>
public readonly record struct BestThreshold(double Score, double Threshold);

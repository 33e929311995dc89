namespace Akin.Training.Metrics;

/// <summary>The scores of one class.</summary>
/// <param name="Name">The name of the class as reports show it.</param>
/// <param name="Scores">Precision, recall and F1 of the class against the rest.</param>
/// <param name="Support">How many of the expected examples (or entities) are of this class.</param>
public sealed record ClassScores(string Name, PrecisionRecallF1 Scores, long Support);

namespace Akin.Training.Evaluation;

/// <summary>Where evaluators write their CSV files, and what stands in the first two columns.</summary>
/// <param name="Folder">The folder; made when it does not exist. Rows are appended to files that are there.</param>
/// <param name="Epoch">The epoch, with a fraction within it; −1, the default, when nothing is being trained.</param>
/// <param name="Steps">The steps so far; −1, the default, when nothing is being trained.</param>
public sealed record EvaluationOutput(string Folder, double Epoch = -1, int Steps = -1);

namespace Akin.Training.Distillation;

/// <summary>What a distillation has brought.</summary>
/// <param name="OutputDir">Where the model and <c>log.jsonl</c> are.</param>
/// <param name="TextCount">Texts it learned from.</param>
/// <param name="Steps">Steps of the optimizer.</param>
/// <param name="TrainSeconds">How long training took, without the teacher's work.</param>
/// <param name="TrainLoss">The mean loss of all steps.</param>
public sealed record DistillationResult(string OutputDir, int TextCount, int Steps, double TrainSeconds, double TrainLoss);

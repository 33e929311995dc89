namespace Akin.Training;

/// <summary>What a run gave.</summary>
/// <param name="GlobalStep">Steps taken.</param>
/// <param name="TrainingLoss">The mean loss of all steps.</param>
/// <param name="Metrics"><c>train_loss</c>, <c>train_runtime</c> in seconds, and examples, steps and tokens a second, since this call began.</param>
public sealed record TrainOutput(int GlobalStep, double TrainingLoss, IReadOnlyDictionary<string, double> Metrics);

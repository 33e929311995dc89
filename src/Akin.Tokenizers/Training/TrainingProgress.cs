namespace Akin.Tokenizers.Training;

/// <summary>How far a training is.</summary>
/// <param name="Stage">What is being done, such as <c>counting words</c>.</param>
/// <param name="Done">How much of it is done.</param>
/// <param name="Total">How much there is; null when that is not known.</param>
public readonly record struct TrainingProgress(string Stage, long Done, long? Total);

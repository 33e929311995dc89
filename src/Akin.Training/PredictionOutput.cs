using Akin.Training.Tasks;

namespace Akin.Training;

/// <summary>What a prediction gave.</summary>
/// <param name="Predictions">One for each example, in the same order.</param>
/// <param name="Metrics">The loss, the time, and what the trainer's measures say.</param>
public sealed record PredictionOutput(IReadOnlyList<Prediction> Predictions, IReadOnlyDictionary<string, double> Metrics);

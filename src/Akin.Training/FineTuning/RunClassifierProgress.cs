using Akin.Datasets.Processors;

namespace Akin.Training.FineTuning;

/// <summary>How far an evaluation or a prediction is.</summary>
/// <param name="Set">Which examples.</param>
/// <param name="Done">Examples done.</param>
/// <param name="Total">Examples there are.</param>
public readonly record struct RunClassifierProgress(ExampleSet Set, int Done, int Total);

using Akin.Training.Tasks;

namespace Akin.Training;

/// <summary>Examples with what the model said about them: what measures are computed from.</summary>
/// <typeparam name="TExample">An example with its labels.</typeparam>
/// <param name="Examples">The examples.</param>
/// <param name="Predictions">One for each, in the same order.</param>
public sealed record EvaluationResult<TExample>(IReadOnlyList<TExample> Examples, IReadOnlyList<Prediction> Predictions);

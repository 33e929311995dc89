using Akin.Tensors;

namespace Akin.Training.Tasks;

/// <summary>What running a batch gives.</summary>
/// <param name="Loss">The mean loss over the batch's targets: a single number.</param>
/// <param name="Scores">The head's scores, in the shape that the task says.</param>
/// <param name="OtherScores">Scores of a second head or a second question, where the task has one.</param>
public readonly record struct TaskOutput(Tensor Loss, Tensor Scores, Tensor? OtherScores = null);

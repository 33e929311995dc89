namespace Akin.Training.Metrics.Answers;

/// <summary>A question's right answers and what was predicted.</summary>
/// <param name="Expected">All texts that count as right; none when the question has no answer.</param>
/// <param name="Predicted">The predicted text; empty for "no answer".</param>
/// <param name="NoAnswerProbability">How sure the model is that there is no answer, in any unit that grows with it.</param>
public sealed record QuestionAnswer(IReadOnlyList<string> Expected, string Predicted, double NoAnswerProbability = 0);

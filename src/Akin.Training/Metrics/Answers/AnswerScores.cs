namespace Akin.Training.Metrics.Answers;

/// <summary>Scores of a set of questions, in percent.</summary>
/// <param name="ExactMatch">The share of answers that are exactly right, 0 … 100.</param>
/// <param name="F1">The mean overlap with the best right answer, 0 … 100.</param>
/// <param name="Count">How many questions there are.</param>
public readonly record struct AnswerScores(double ExactMatch, double F1, int Count);

namespace Akin.Pipelines;

/// <summary>Which of several texts a model has chosen.</summary>
/// <param name="Index">Its place among the choices, from 0.</param>
/// <param name="Score">Its probability.</param>
/// <param name="Scores">The probability of every choice, in order.</param>
public sealed record ChosenText(int Index, float Score, IReadOnlyList<float> Scores);

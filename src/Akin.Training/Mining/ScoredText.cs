namespace Akin.Training.Mining;

/// <summary>A text and how well it goes with a query.</summary>
/// <param name="Text">The text.</param>
/// <param name="Score">By the source of the candidates, or by the cross-encoder where one was asked.</param>
public readonly record struct ScoredText(string Text, float Score);

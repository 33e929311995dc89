namespace Akin.Pipelines;

/// <summary>How well labels fit a text that no model was trained for.</summary>
/// <param name="Sequence">The text.</param>
/// <param name="Scores">Every label with its score, the best first.</param>
public sealed record ZeroShotClassification(string Sequence, IReadOnlyList<LabelScore> Scores);

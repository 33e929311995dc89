namespace Akin.Pipelines;

/// <summary>A label and how well it fits.</summary>
/// <param name="Label">The label.</param>
/// <param name="Score">Its probability; of a regression the number itself.</param>
public readonly record struct LabelScore(string Label, float Score);

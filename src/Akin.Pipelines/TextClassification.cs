namespace Akin.Pipelines;

/// <summary>What a classifier says of a text.</summary>
/// <param name="Label">The best label; of a regression the only one there is.</param>
/// <param name="Score">Its probability; of a regression the number itself.</param>
/// <param name="Scores">Every label with its score, in the order of the model.</param>
public sealed record TextClassification(string Label, float Score, IReadOnlyList<LabelScore> Scores);

namespace Akin.Training.Evaluation;

/// <summary>A query with documents that answer it and documents that do not.</summary>
/// <param name="Query">The query.</param>
/// <param name="Positives">The documents that answer it.</param>
/// <param name="Negatives">The documents that do not.</param>
public sealed record RerankingSample(string Query, IReadOnlyList<string> Positives, IReadOnlyList<string> Negatives);

namespace Akin.Search.Evaluation;

/// <summary>A document of a ranking and the score it was ranked by.</summary>
/// <param name="DocumentId">The document's identifier.</param>
/// <param name="Score">Larger is better.</param>
public readonly record struct ScoredDocument(string DocumentId, double Score);

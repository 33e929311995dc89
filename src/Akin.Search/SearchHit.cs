namespace Akin.Search;

/// <summary>A document found, with its score.</summary>
/// <param name="Document">The document.</param>
/// <param name="Score">Cosine, inner product or negated Euclidean distance in float32: a larger score is nearer.</param>
public readonly record struct SearchHit(Document Document, float Score);

namespace Akin.Search.Documents;

/// <summary>A score of a document, under the name of what was measured.</summary>
/// <param name="Value">The score.</param>
/// <param name="Operation">How it was computed, or empty.</param>
/// <param name="Description">Words for people, or empty.</param>
/// <param name="ReferenceId">The document it was measured against, or empty.</param>
public sealed record NamedScore(float Value, string Operation = "", string Description = "", string ReferenceId = "");

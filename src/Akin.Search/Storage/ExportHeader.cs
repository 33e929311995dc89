namespace Akin.Search.Storage;

/// <summary>The first line of an export: what the documents after it come from.</summary>
/// <param name="Facts">Model, dimension and metric of the index.</param>
/// <param name="Documents">How many lines follow, a document each.</param>
/// <param name="HasVectors">Whether each has its vector.</param>
public sealed record ExportHeader(IndexFacts Facts, long Documents, bool HasVectors);

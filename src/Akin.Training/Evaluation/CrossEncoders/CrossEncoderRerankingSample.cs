namespace Akin.Training.Evaluation.CrossEncoders;

/// <summary>A query with the documents a first search found, or with documents that answer it and documents that do not.</summary>
/// <param name="Query">The query.</param>
/// <param name="Positives">The documents that answer it.</param>
/// <param name="Documents">The documents found, best first, which may hold positives; or documents that are all negative, in any order.</param>
/// <param name="AreRanked">Whether <paramref name="Documents"/> are what a first search found: then its ranking is measured too.</param>
public sealed record CrossEncoderRerankingSample(string Query, IReadOnlyList<string> Positives, IReadOnlyList<string> Documents, bool AreRanked);

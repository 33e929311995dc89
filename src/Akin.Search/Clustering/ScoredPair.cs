namespace Akin.Search.Clustering;

/// <summary>Two rows that are alike.</summary>
/// <param name="First">The lower row.</param>
/// <param name="Second">The higher row.</param>
/// <param name="Score">Their cosine.</param>
public readonly record struct ScoredPair(int First, int Second, float Score);

namespace Akin.Search.Graph;

/// <summary>A vector that was found.</summary>
/// <param name="Key">The key it was added under.</param>
/// <param name="Score">How near it is, by the index's metric in float32; higher is nearer.</param>
public readonly record struct GraphHit(long Key, float Score);

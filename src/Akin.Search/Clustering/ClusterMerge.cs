namespace Akin.Search.Clustering;

/// <summary>One step of a dendrogram.</summary>
/// <param name="First">A vector in one of the clusters that are joined.</param>
/// <param name="Second">A vector in the other.</param>
/// <param name="Distance">How far apart the clusters are.</param>
public readonly record struct ClusterMerge(int First, int Second, double Distance);

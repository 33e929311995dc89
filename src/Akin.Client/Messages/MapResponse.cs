namespace Akin.Client.Messages;

/// <summary>Documents as points of a plane, those near in meaning near to each other: <c>GET /v1/indexes/{name}/map</c>.</summary>
/// <param name="Points">The documents; of a large index those at even distances.</param>
/// <param name="Total">How many documents the index holds.</param>
public sealed record MapResponse(IReadOnlyList<MapPoint> Points, long Total)
{
    /// <summary>How the plane was found: <c>pca</c> or <c>tsne</c>.</summary>
    public string? Method { get; init; }

    /// <summary>The field whose values the points carry, or <c>language</c>.</summary>
    public string? Field { get; init; }

    /// <summary>With <c>pca</c>: how much of the vectors' variance the two directions show, from 0 to 1.</summary>
    public double? Variance { get; init; }
}

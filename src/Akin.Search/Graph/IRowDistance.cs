namespace Akin.Search.Graph;

/// <summary>Distances from one vector to stored ones; smaller is nearer. A type parameter of everything that walks, so that each kind has machine code of its own.</summary>
internal unsafe interface IRowDistance<TSelf>
    where TSelf : struct
{
    /// <summary>Distances to nodes.</summary>
    void Of(int* nodes, int count, float* distances);

    /// <summary>The same distance, from a stored vector.</summary>
    TSelf From(int node);
}

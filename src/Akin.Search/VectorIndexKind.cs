namespace Akin.Search;

/// <summary>How the vectors of an index are found.</summary>
public enum VectorIndexKind
{
    /// <summary>Every vector is compared: exact.</summary>
    Exact,

    /// <summary>A walk through an HNSW graph: nearly exact, and the cost hardly grows with the number of vectors.</summary>
    Hnsw,
}

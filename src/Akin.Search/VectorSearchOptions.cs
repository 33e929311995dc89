using Akin.Search.Graph;

namespace Akin.Search;

/// <summary>How an index is searched by vector.</summary>
public sealed record VectorSearchOptions : SearchOptions
{
    /// <summary>The defaults.</summary>
    public static VectorSearchOptions Default { get; } = new();

    /// <summary>What is read; what the index's settings say when null.</summary>
    public VectorPrecision? Precision { get; init; }

    /// <summary>Where the index has a graph: how many of the nearest vectors a walk keeps. 100 unless said otherwise.</summary>
    public int EfSearch { get; init; } = HnswSearchOptions.Default.EfSearch;

    /// <summary>Rows of the store that may be found, if they fulfil the filter; all of them when null.</summary>
    internal KeySet? Rows { get; init; }
}

namespace Akin.Search.Graph;

/// <summary>How an HNSW graph is searched.</summary>
public sealed record HnswSearchOptions
{
    /// <summary>The defaults.</summary>
    public static HnswSearchOptions Default { get; } = new();

    /// <summary>How many of the nearest vectors a walk keeps at a time (at least as many as are asked for); more find more, more slowly. 100 unless said otherwise.</summary>
    public int EfSearch { get; init; } = 100;

    /// <summary>The keys that may be found; all of them when null.</summary>
    public KeySet? Filter { get; init; }

    /// <summary>How to look; the answers of <see cref="HnswSearchMethod.Automatic"/>, the default, are at least as good as a walk's.</summary>
    public HnswSearchMethod Method { get; init; } = HnswSearchMethod.Automatic;
}

using Akin.Search.Graph;

namespace Akin.Search;

/// <summary>How the vectors of an index are found; kept with the index, and free to be changed at any time.</summary>
public sealed record VectorIndexSettings
{
    /// <summary>The defaults: exact, float32.</summary>
    public static VectorIndexSettings Default { get; } = new();

    /// <summary>A scan or a graph.</summary>
    public VectorIndexKind Kind { get; init; } = VectorIndexKind.Exact;

    /// <summary>What a search reads unless it says otherwise. <see cref="VectorPrecision.Binary"/> needs a graph.</summary>
    public VectorPrecision Precision { get; init; } = VectorPrecision.Float32;

    /// <summary>See <see cref="HnswOptions.M"/>.</summary>
    public int M { get; init; } = HnswOptions.Default.M;

    /// <summary>See <see cref="HnswOptions.EfConstruction"/>.</summary>
    public int EfConstruction { get; init; } = HnswOptions.Default.EfConstruction;

    internal HnswOptions Graph => new() { M = M, EfConstruction = EfConstruction, Precision = Precision };

    internal void Check()
    {
        Graph.Check();
        if (Kind == VectorIndexKind.Exact && Precision == VectorPrecision.Binary)
        {
            throw new ArgumentException("Binary codes are read by a graph alone: an exact index reads float32 or int8.", nameof(Precision));
        }
    }
}

namespace Akin.Search.Graph;

/// <summary>How an HNSW graph is built.</summary>
public sealed record HnswOptions
{
    /// <summary>The least that <see cref="M"/> may be.</summary>
    public const int LeastM = 2;

    /// <summary>The most that <see cref="M"/> may be.</summary>
    public const int MostM = 256;

    /// <summary>The most that <see cref="EfConstruction"/> may be.</summary>
    public const int MostEfConstruction = 1 << 16;

    /// <summary>The defaults.</summary>
    public static HnswOptions Default { get; } = new();

    /// <summary>Links that a new vector gets on each level, 2 … 256. A vector keeps up to 2 · M on the lowest level and M on the others. 16 unless said otherwise.</summary>
    public int M { get; init; } = 16;

    /// <summary>How many of the nearest vectors a new one chooses its links from, 1 … 65,536; more make a better graph more slowly. 200 unless said otherwise.</summary>
    public int EfConstruction { get; init; } = 200;

    /// <summary>What a walk reads; float32 vectors are kept in every case, to score the answers. float32 unless said otherwise.</summary>
    public VectorPrecision Precision { get; init; } = VectorPrecision.Float32;

    /// <summary>Decides which vectors are on the upper levels. Built by one thread, the same seed and order give the same graph.</summary>
    public ulong Seed { get; init; } = 100;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(M, LeastM);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(M, MostM);
        ArgumentOutOfRangeException.ThrowIfLessThan(EfConstruction, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(EfConstruction, MostEfConstruction);
        if (!Enum.IsDefined(Precision))
        {
            throw new ArgumentOutOfRangeException(nameof(Precision), Precision, $"Supported: {string.Join(", ", Enum.GetNames<VectorPrecision>())}.");
        }
    }
}

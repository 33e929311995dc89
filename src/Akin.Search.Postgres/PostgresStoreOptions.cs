namespace Akin.Search.Postgres;

/// <summary>How a new store keeps its vectors.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>The defaults.</summary>
    public static PostgresStoreOptions Default { get; } = new();

    /// <summary>Whether vectors are kept as those of the extension pgvector where the server has it; as plain arrays otherwise. Default: yes.</summary>
    public bool UseExtension { get; init; } = true;

    /// <summary>How vectors are found: a graph, where the extension can have one (0.5 and later, vectors of up to 2,000 floats), or exactly. Precision does not count here.</summary>
    public VectorIndexSettings Vectors { get; init; } = new() { Kind = VectorIndexKind.Hnsw };
}

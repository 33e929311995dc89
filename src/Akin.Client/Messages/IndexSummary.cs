namespace Akin.Client.Messages;

/// <summary>An index in a list.</summary>
/// <param name="Name">The name by which requests ask for it.</param>
/// <param name="Documents">Documents that it holds.</param>
/// <param name="Model">The model whose vectors it keeps.</param>
/// <param name="Dimensions">Floats per vector.</param>
public sealed record IndexSummary(string Name, long Documents, string Model, int Dimensions)
{
    /// <summary>How vectors are compared: <c>cosine</c>, <c>dot</c> or <c>euclidean</c>.</summary>
    public string? Metric { get; init; }

    /// <summary>How vectors are found: <c>exact</c> or <c>hnsw</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>What a search reads of a vector: <c>float32</c>, <c>int8</c> or <c>binary</c>.</summary>
    public string? Precision { get; init; }
}

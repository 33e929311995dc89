namespace Akin.Client.Messages;

/// <summary>What an index is made of and what it holds: <c>GET /v1/indexes/{name}</c>.</summary>
/// <param name="Name">The name by which requests ask for it.</param>
/// <param name="Documents">Documents that it holds.</param>
/// <param name="Model">The model whose vectors it keeps.</param>
/// <param name="Dimensions">Floats per vector.</param>
public sealed record IndexDescription(string Name, long Documents, string Model, int Dimensions)
{
    /// <summary>How vectors are compared: <c>cosine</c>, <c>dot</c> or <c>euclidean</c>.</summary>
    public string? Metric { get; init; }

    /// <summary>How vectors are found: <c>exact</c> or <c>hnsw</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>What a search reads of a vector: <c>float32</c>, <c>int8</c> or <c>binary</c>.</summary>
    public string? Precision { get; init; }

    /// <summary>Bytes of all its files.</summary>
    public long SizeBytes { get; init; }

    /// <summary>The fields of the documents' metadata, the most frequent first, with their most frequent values.</summary>
    public IReadOnlyList<IndexField> Fields { get; init; } = [];

    /// <summary>The languages of the documents, the most frequent first: codes, <c>und-</c> with a script where only that is known.</summary>
    public IReadOnlyList<ValueCount> Languages { get; init; } = [];

    /// <summary>Where the languages were read: the name of a field, or <c>script</c> where they were told by the letters of a sample of the documents.</summary>
    public string? LanguagesOf { get; init; }

    /// <summary>The re-rankers that a search may ask for.</summary>
    public IReadOnlyList<string> Rerankers { get; init; } = [];
}

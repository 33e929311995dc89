namespace Akin.Client.Messages;

/// <summary>What an index answers.</summary>
/// <param name="Hits">The documents, best first.</param>
public sealed record IndexSearchResponse(IReadOnlyList<IndexHit> Hits)
{
    /// <summary>The values of the fields asked for, the most frequent first.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ValueCount>>? Facets { get; init; }

    /// <summary>How it was searched: <c>dense</c>, <c>words</c> or <c>hybrid</c>.</summary>
    public string? Mode { get; init; }

    /// <summary>With <c>hybrid</c>: how much meaning counted, from 0 to 1.</summary>
    public double? Meaning { get; init; }

    /// <summary>The re-ranker that ordered the hits, if one did.</summary>
    public string? Reranker { get; init; }

    /// <summary>Milliseconds from the request to the answer.</summary>
    public double TookMs { get; init; }
}

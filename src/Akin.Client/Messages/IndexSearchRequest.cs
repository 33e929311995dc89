using System.Text.Json;
using System.Text.Json.Serialization;

namespace Akin.Client.Messages;

/// <summary>Asks an index: <c>POST /v1/indexes/{name}/search</c>, with a <see cref="Query"/> or <see cref="SimilarTo"/> a document.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record IndexSearchRequest
{
    /// <summary>What to look for.</summary>
    public string? Query { get; init; }

    /// <summary>The identifier of a document: those near to it in meaning are found, without itself.</summary>
    public string? SimilarTo { get; init; }

    /// <summary>How many documents are wanted; 10 when null.</summary>
    public int? Count { get; init; }

    /// <summary>How many of the best are passed over, to show the next page; 0 when null.</summary>
    public int? Offset { get; init; }

    /// <summary><c>hybrid</c> (by meaning and by words, the default), <c>dense</c> (by meaning alone) or <c>words</c>, where a query may say <c>+must -mustnot "a phrase" AND OR NOT ( )</c>.</summary>
    public string? Mode { get; init; }

    /// <summary>With <c>hybrid</c>: how much meaning counts, from 0 (words alone) to 1 (meaning alone); learnt from the documents when null.</summary>
    public double? Meaning { get; init; }

    /// <summary>What documents must fulfil, as <c>{"lang": "ko", "price": {"$lt": 50}}</c>.</summary>
    public JsonElement? Filter { get; init; }

    /// <summary>Which fields of the documents are wanted; all when null.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary>Fields whose values are counted in all documents that the query chooses from.</summary>
    public IReadOnlyList<string>? Facets { get; init; }

    /// <summary>Whether a re-ranker orders the best documents, and which.</summary>
    public RerankChoice? Rerank { get; init; }

    /// <summary>Where documents were cut into passages: each document once with its best passage, scored by <c>max</c>, <c>mean</c> or <c>sum</c>.</summary>
    public string? Group { get; init; }

    /// <summary>Whether hits say where the words of the query stand; not when null.</summary>
    public bool? Highlight { get; init; }

    /// <summary>Whether hits say which of their sentences is nearest to the query; not when null.</summary>
    public bool? Sentence { get; init; }

    /// <summary>Whether hits say how they were found; not when null.</summary>
    public bool? Explain { get; init; }
}

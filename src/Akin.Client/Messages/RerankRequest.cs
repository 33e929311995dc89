namespace Akin.Client.Messages;

/// <summary>Asks for documents in the order in which they answer a query: <c>POST /v1/rerank</c>, in the shape that clients of Cohere and Jina send.</summary>
/// <param name="Query">What the documents should answer.</param>
/// <param name="Documents">The documents; on the wire strings, or objects with a <c>text</c>.</param>
public sealed record RerankRequest(string Query, IReadOnlyList<RerankDocument> Documents)
{
    /// <summary>The cross-encoder; the server's first one when null.</summary>
    public string? Model { get; init; }

    /// <summary>How many of the best documents are wanted; all when null.</summary>
    public int? TopN { get; init; }

    /// <summary>Whether each result carries its document; not when null.</summary>
    public bool? ReturnDocuments { get; init; }
}

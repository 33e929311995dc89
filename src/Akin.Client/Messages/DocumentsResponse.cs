namespace Akin.Client.Messages;

/// <summary>A page of an index's documents in the order they were added: <c>GET /v1/indexes/{name}/documents</c>.</summary>
/// <param name="Documents">The documents.</param>
/// <param name="Total">How many there are on all pages.</param>
/// <param name="Offset">How many come before this page.</param>
public sealed record DocumentsResponse(IReadOnlyList<IndexDocument> Documents, long Total, long Offset);

namespace Akin.Client.Messages;

/// <summary>Documents to add, each replacing the one with its identifier: <c>POST /v1/indexes/{name}/documents</c> as <c>application/json</c>.</summary>
/// <param name="Documents">The documents.</param>
public sealed record AddDocumentsRequest(IReadOnlyList<IndexDocument> Documents);

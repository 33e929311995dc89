namespace Akin.Client.Messages;

/// <summary>The indexes of a server: <c>GET /v1/indexes</c>.</summary>
/// <param name="Indexes">The indexes by name.</param>
public sealed record IndexesResponse(IReadOnlyList<IndexSummary> Indexes);

using System.Text.Json;

namespace Akin.Client.Messages;

/// <summary>Documents in the order in which they answer a query.</summary>
/// <param name="Results">Best first.</param>
public sealed record RerankResponse(IReadOnlyList<RerankResult> Results)
{
    /// <summary>A name for this answer, for logs.</summary>
    public string? Id { get; init; }

    /// <summary>The model that ordered them.</summary>
    public string? Model { get; init; }

    /// <summary>What was read.</summary>
    public RerankUsage? Usage { get; init; }

    /// <summary>What Cohere's clients look for: <c>api_version</c>, <c>billed_units</c>.</summary>
    public JsonElement? Meta { get; init; }
}

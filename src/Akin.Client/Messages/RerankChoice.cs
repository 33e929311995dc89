using System.Text.Json.Serialization;

namespace Akin.Client.Messages;

/// <summary>Whether to re-rank: on the wire true, false, or the name of a re-ranker.</summary>
/// <param name="IsWanted">Whether to.</param>
/// <param name="Model">The re-ranker; the server's first one when null.</param>
[JsonConverter(typeof(RerankChoiceConverter))]
public sealed record RerankChoice(bool IsWanted, string? Model = null);

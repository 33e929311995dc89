using System.Text.Json.Serialization;

namespace Akin.Client.Messages;

/// <summary>Asks for the classes of texts: <c>POST /v1/classify</c>.</summary>
/// <param name="Texts">The texts; on the wire an array, or one string.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ClassifyRequest([property: JsonConverter(typeof(TextsConverter))] IReadOnlyList<string> Texts)
{
    /// <summary>The classifier; the server's first one when null.</summary>
    public string? Model { get; init; }

    /// <summary>How many of the best labels are wanted for each text; all when null.</summary>
    public int? TopK { get; init; }
}

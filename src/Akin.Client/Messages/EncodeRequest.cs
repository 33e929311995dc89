using System.Text.Json.Serialization;

namespace Akin.Client.Messages;

/// <summary>Asks for the vectors of texts: <c>POST /v1/encode</c>.</summary>
/// <param name="Texts">The texts; on the wire an array, or one string.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record EncodeRequest([property: JsonConverter(typeof(TextsConverter))] IReadOnlyList<string> Texts)
{
    /// <summary>The model; the server's first one when null.</summary>
    public string? Model { get; init; }

    /// <summary>What the texts are to the model: the name of one of its prompts, such as <c>query</c> or <c>document</c>; its default prompt when null.</summary>
    public string? Prompt { get; init; }

    /// <summary>Whether vectors are brought to length 1; as the model says when null.</summary>
    public bool? Normalize { get; init; }

    /// <summary>How many of the first dimensions are kept; all when null.</summary>
    public int? Dimensions { get; init; }

    /// <summary><c>float</c> (arrays of numbers, the default) or <c>base64</c> (little-endian float32).</summary>
    public string? EncodingFormat { get; init; }
}

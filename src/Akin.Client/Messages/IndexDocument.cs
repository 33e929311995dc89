using System.Text.Json;
using System.Text.Json.Serialization;

namespace Akin.Client.Messages;

/// <summary>A document of an index; on the wire its fields stand beside <c>id</c>, <c>title</c> and <c>text</c>.</summary>
/// <param name="Id">The identifier, compared ordinally.</param>
/// <param name="Text">The body; may be empty.</param>
public sealed record IndexDocument(string Id, string Text)
{
    /// <summary>The title, or null.</summary>
    public string? Title { get; init; }

    /// <summary>Everything else that is kept beside the text.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Fields { get; set; }
}

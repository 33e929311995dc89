using System.Text.Json.Nodes;
using Akin.Search.Filters;

namespace Akin.Search;

/// <summary>A text with an identifier of the user's own: the unit that is indexed, found, replaced and deleted.</summary>
/// <param name="Id">The identifier: not empty, any characters, compared ordinally.</param>
/// <param name="Text">The body; may be empty.</param>
public sealed record Document(string Id, string Text)
{
    /// <summary>The title, or <see langword="null"/>.</summary>
    public string? Title { get; init; }

    /// <summary>Anything else the user wants to keep beside the text: the text of one JSON object, or <see langword="null"/>.</summary>
    public string? Metadata { get; init; }

    /// <summary>What is encoded: title and text joined by one blank and trimmed, as the BEIR collections are read.</summary>
    public string EmbeddingText => (Title + " " + Text).Trim();

    /// <summary>The value of a field, or <see langword="null"/>: <c>id</c>, <c>title</c>, <c>text</c> or one of the metadata, named as in a <see cref="DocumentFilter"/>.</summary>
    /// <param name="name">The field, such as <c>lang</c>, <c>maker.name</c> or <c>sizes.0</c>.</param>
    public JsonNode? Field(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return FieldPath.Find(FieldObject.Of(this), name);
    }

    /// <summary>SHA-256 of everything but the identifier: tells an unchanged document from a changed one.</summary>
    public byte[] ContentHash() => Storage.ContentHash.Of(this);
}

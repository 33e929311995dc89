using System.Text.Json.Nodes;

namespace Akin.Datasets;

/// <summary>A text with its identity, as read from any of the supported formats.</summary>
public sealed record TextRecord
{
    /// <summary>The id in the file, or <c>file-name:line</c> where the format or the line has none.</summary>
    public required string Id { get; init; }

    /// <summary>The title, or null.</summary>
    public string? Title { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>Every other field of the record, or null when there is none.</summary>
    public JsonObject? Metadata { get; init; }

    /// <summary>Line of the file on which the record begins, from 1.</summary>
    public int Line { get; init; }

    /// <summary>Title and text joined by a blank and trimmed: what an encoder reads of a document.</summary>
    public string FullText => Title is null ? Text : $"{Title} {Text}".Trim();
}

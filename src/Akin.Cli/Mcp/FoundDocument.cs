using System.ComponentModel;
using System.Text.Json;

namespace Akin.Cli.Mcp;

/// <summary>A document as a language model is shown it. What has a default is left out where there is none, and the tool's schema says that it may be.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Text">Its text, or the part of it that fits a query best.</param>
/// <param name="Score">Its score, where it was searched for.</param>
/// <param name="Title">Its title.</param>
/// <param name="IsPart">Whether the text is a part.</param>
/// <param name="Fields">Everything else that is kept beside the text.</param>
internal sealed record FoundDocument(
    [property: Description("Identifier; get_document takes it.")] string Id,
    string Text,
    [property: Description("Larger is better; comparable within one answer only.")] float? Score = null,
    string? Title = null,
    [property: Description("True when the text is only the part that fits the query best.")] bool? IsPart = null,
    [property: Description("Further fields of the document.")] JsonElement? Fields = null);

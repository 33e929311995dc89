using System.Text.Json.Nodes;

namespace Akin.Search;

/// <summary>How many documents have a value in a field.</summary>
/// <param name="Value">A text, a number, true or false. Of texts longer than 256 characters only the beginning counts.</param>
/// <param name="Count">The documents that have it, each once.</param>
public sealed record FacetValue(JsonValue Value, long Count);

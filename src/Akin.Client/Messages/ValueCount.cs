using System.Text.Json;

namespace Akin.Client.Messages;

/// <summary>How many documents have a value.</summary>
/// <param name="Value">A text, a number, true or false.</param>
/// <param name="Count">The documents that have it, each once.</param>
public sealed record ValueCount(JsonElement Value, long Count);

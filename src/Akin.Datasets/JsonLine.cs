using System.Text.Json;

namespace Akin.Datasets;

/// <summary>One line of a JSON Lines file.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Value">The parsed value; it stays valid after reading goes on.</param>
public readonly record struct JsonLine(int Number, JsonElement Value);

using System.Text.Json;

namespace Akin.Client.Messages;

/// <summary>A document on the map.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="X">To the right.</param>
/// <param name="Y">Upwards.</param>
/// <param name="Label">Its title, or the beginning of its text.</param>
public sealed record MapPoint(string Id, double X, double Y, string Label)
{
    /// <summary>The value of the map's field, or null.</summary>
    public JsonElement? Value { get; init; }

    /// <summary>Its language, where that is known.</summary>
    public string? Language { get; init; }
}

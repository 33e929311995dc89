using System.Globalization;
using System.Text.Json.Nodes;

namespace Akin.Search.Filters;

/// <summary>Finds a field by its name, through objects and lists.</summary>
internal static class FieldPath
{
    private static readonly string[] Separators = [".", "__"];

    /// <summary>The value, or null where there is none. A field whose own name has a separator in it is found too.</summary>
    public static JsonNode? Find(JsonNode? node, string path)
    {
        if (Inside(node, path) is { } whole)
        {
            return whole;
        }

        foreach (string separator in Separators)
        {
            for (int at = path.IndexOf(separator, StringComparison.Ordinal); at > 0; at = path.IndexOf(separator, at + 1, StringComparison.Ordinal))
            {
                if (Inside(node, path[..at]) is { } inner && Find(inner, path[(at + separator.Length)..]) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }

    private static JsonNode? Inside(JsonNode? node, string name) => node switch
    {
        JsonObject fields => fields[name],
        JsonArray list when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < list.Count => list[index],
        _ => null,
    };
}

using System.Text.Json.Nodes;

namespace Akin.Search.Filters;

/// <summary>What the database keeps of a document's metadata to find it by its fields: a key for each value, under the path of its field.</summary>
internal static class FieldEntries
{
    // Values of a list have a path of their own (sizes.0) up to here; all of them are found under the path of the list.
    private const int MostPositions = 16;

    // A document with more values than this is looked at itself.
    private const int MostEntries = 256;

    private const int LongestPath = 256;

    /// <summary>The path under which a field that a filter names is kept; null where paths do not tell it apart from others.</summary>
    public static string? PathOf(string name)
    {
        if (name.Contains("___", StringComparison.Ordinal) || name.Length > LongestPath)
        {
            return null; // "a___b" is "_b" in "a" or "b" in "a_"
        }

        string path = name.Replace("__", ".", StringComparison.Ordinal);
        string[] parts = path.Split('.');
        return parts[0] is "id" or "title" or "text" || Array.Exists(parts, IsUnclear) ? null : path;
    }

    /// <summary>All entries of a document's metadata, some perhaps twice; null when it must be looked at itself, its names or their number being unusual.</summary>
    public static List<FieldEntry>? Of(string? metadata)
    {
        List<FieldEntry> entries = [];
        foreach ((string name, JsonNode? value) in FieldObject.OfMetadata(metadata))
        {
            // The document's own fields stand before those of the metadata.
            if (name is not ("id" or "title" or "text") && !Add(entries, name, name, value))
            {
                return null;
            }
        }

        return entries;
    }

    private static bool Add(List<FieldEntry> entries, string path, string name, JsonNode? value)
    {
        if (name.Length == 0 || name.Contains('.') || name.Contains("__", StringComparison.Ordinal) || path.Length > LongestPath)
        {
            return false;
        }

        AddKeys(entries, path, value);
        if (value is JsonObject fields)
        {
            foreach ((string inside, JsonNode? field) in fields)
            {
                if (!Add(entries, $"{path}.{inside}", inside, field))
                {
                    return false;
                }
            }
        }
        else if (value is JsonArray list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                if (list[i] is null)
                {
                    entries.Add(new FieldEntry(path, [FieldKey.NullItem]));
                }
                else if (list[i] is JsonValue)
                {
                    AddKeys(entries, path, list[i]);
                }

                if (entries.Count > MostEntries || (i < MostPositions && !Add(entries, $"{path}.{i}", $"{i}", list[i])))
                {
                    return false;
                }
            }
        }

        return entries.Count <= MostEntries;
    }

    private static void AddKeys(List<FieldEntry> entries, string path, JsonNode? value)
    {
        foreach (byte[] key in FieldKey.Of(value))
        {
            entries.Add(new FieldEntry(path, key));
        }
    }

    /// <summary>A part that is empty, or a number that may stand for a place that has no path or for the same place as another number.</summary>
    private static bool IsUnclear(string part) =>
        part.Length == 0 || (part.All(char.IsAsciiDigit) && (part.Length > 1 && part[0] == '0' || !int.TryParse(part, out int position) || position >= MostPositions));
}

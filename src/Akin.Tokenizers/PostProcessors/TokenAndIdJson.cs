using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.PostProcessors;

/// <summary>The pairs <c>["[SEP]", 102]</c> of the older post-processors.</summary>
internal static class TokenAndIdJson
{
    public static (string Token, int Id) TokenAndId(this JsonFields fields, string name)
    {
        (JsonElement Element, string Path)[] items = [.. fields.Array(name)];
        if (items.Length != 2)
            throw fields.Refuse(name, $"a token and its id were expected, found {items.Length} values");
        return (fields.AsString(items[0].Element, items[0].Path), fields.AsInt(items[1].Element, items[1].Path, minimum: 0));
    }

    public static void WriteTokenAndId(this Utf8JsonWriter writer, string name, (string Token, int Id) value)
    {
        writer.WriteStartArray(name);
        writer.WriteStringValue(value.Token);
        writer.WriteNumberValue(value.Id);
        writer.WriteEndArray();
    }
}

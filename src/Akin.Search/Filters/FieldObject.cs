using System.Text.Json;
using System.Text.Json.Nodes;

namespace Akin.Search.Filters;

/// <summary>The fields of a document: those of its metadata, and <c>id</c>, <c>title</c> and <c>text</c>.</summary>
internal static class FieldObject
{
    public static JsonObject Of(Document document)
    {
        JsonObject fields = OfMetadata(document.Metadata);
        fields["id"] = document.Id;
        fields["title"] = document.Title;
        fields["text"] = document.Text;
        return fields;
    }

    /// <summary>The fields of the metadata alone. Of a name that stands there twice the later one counts; a text that is no Unicode is null.</summary>
    public static JsonObject OfMetadata(string? metadata) => metadata is null ? [] : Node(JsonElement.Parse(metadata)) as JsonObject ?? [];

    public static JsonNode? Node(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                JsonObject fields = [];
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    if (Text(() => property.Name) is { } name)
                    {
                        fields[name] = Node(property.Value);
                    }
                }

                return fields;
            case JsonValueKind.Array:
                JsonArray list = [];
                foreach (JsonElement item in element.EnumerateArray())
                {
                    list.Add(Node(item));
                }

                return list;
            case JsonValueKind.String:
                return Text(element.GetString);
            case JsonValueKind.Number:
                return JsonValue.Create(element);
            case JsonValueKind.True or JsonValueKind.False:
                return JsonValue.Create(element.GetBoolean());
            default:
                return null;
        }
    }

    private static string? Text(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null; // half of a surrogate pair, written as \ud800
        }
    }
}

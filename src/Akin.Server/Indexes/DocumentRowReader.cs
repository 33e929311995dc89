using System.Text;
using System.Text.Json;
using Akin.Datasets;
using Akin.Search;

namespace Akin.Server.Indexes;

/// <summary>Makes documents of JSON objects, or says why that cannot be done.</summary>
internal static class DocumentRowReader
{
    private static readonly JsonDocumentOptions StrictJson = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Reads one line.</summary>
    public static DocumentRow Read(long row, long line, ReadOnlyMemory<byte> json, RowColumns columns)
    {
        try
        {
            using JsonDocument parsed = JsonDocument.Parse(json, StrictJson);
            return Read(row, line, parsed.RootElement, columns);
        }
        catch (JsonException error)
        {
            return Bad(row, line, $"it is not one JSON object ({Place(error)})");
        }
    }

    /// <summary>Reads one object.</summary>
    public static DocumentRow Read(long row, long? line, JsonElement json, RowColumns columns)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return Bad(row, line, $"it is {JsonLines.Kind(json)}, not an object such as {{\"id\": \"1\", \"text\": \"…\"}}");
        }

        string? id = null, title = null, text = null, metadata;
        List<JsonProperty> others = [];
        try
        {
            foreach (JsonProperty property in json.EnumerateObject())
            {
                if (columns.IsId(property.Name) && id is null)
                {
                    id = property.Value.ValueKind switch
                    {
                        JsonValueKind.String => property.Value.GetString(),
                        JsonValueKind.Number => property.Value.GetRawText(),
                        _ => null,
                    };
                    if (id is null)
                    {
                        return Bad(row, line, $"field '{property.Name}' is {JsonLines.Kind(property.Value)}, not a string or a number");
                    }
                }
                else if (property.Name == columns.Text || property.Name == columns.Title)
                {
                    bool isTitle = property.Name != columns.Text;
                    if (property.Value.ValueKind != JsonValueKind.String)
                    {
                        if (isTitle && property.Value.ValueKind == JsonValueKind.Null)
                        {
                            continue;
                        }

                        return Bad(row, line, $"field '{property.Name}' is {JsonLines.Kind(property.Value)}, not a string");
                    }

                    (title, text) = isTitle ? (property.Value.GetString(), text) : (title, property.Value.GetString());
                }
                else if (property.Name is "id" or "title" or "text")
                {
                    return Bad(row, line, $"it has a field '{property.Name}' beside '{Meant(property.Name, columns)}', which becomes the {property.Name}: leave one of the two out");
                }
                else
                {
                    others.Add(property);
                }
            }

            metadata = others.Count > 0 ? Metadata(others) : null;
        }
        catch (InvalidOperationException)
        {
            return Bad(row, line, "it holds half of a surrogate pair, which is not text");
        }

        if (text is null)
        {
            return Bad(row, line, $"it has no field '{columns.Text}'{(others.Count > 0 ? $"; it has {string.Join(", ", others.Take(10).Select(property => $"'{property.Name}'"))}" : "")}");
        }

        return Of(row, line, id, title, text, metadata, columns);
    }

    /// <summary>A document of what was read.</summary>
    public static DocumentRow Of(long row, long? line, string? id, string? title, string text, string? metadata, RowColumns columns)
    {
        if (string.IsNullOrEmpty(id))
        {
            if (columns.File is null)
            {
                return Bad(row, line, $"it has no identifier: give it a field '{columns.Id ?? "id"}'");
            }

            id = $"{columns.File}:{line ?? row}";
        }

        return text.Length > columns.MaxTextLength
            ? Bad(row, line, $"its text has {text.Length} characters; {columns.MaxTextLength} are the most")
            : new DocumentRow(row) { Line = line, Document = new Document(id, text) { Title = title, Metadata = metadata } };
    }

    public static DocumentRow Bad(long row, long? line, string reason) => new(row) { Line = line, Reason = reason };

    private static string Meant(string field, RowColumns columns) => field switch { "id" => columns.Id ?? "id", "title" => columns.Title, _ => columns.Text };

    private static string Metadata(List<JsonProperty> properties)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            foreach (JsonProperty property in properties)
            {
                property.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static string Place(JsonException error) => error.BytePositionInLine is { } position ? $"byte {position + 1}" : "it breaks off";
}

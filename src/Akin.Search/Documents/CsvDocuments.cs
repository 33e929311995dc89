using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Search.Filters;

namespace Akin.Search.Documents;

/// <summary>Documents as a table (RFC 4180) with a header. Columns that are no field are tags, whose values are texts.</summary>
internal static class CsvDocuments
{
    private const string TagPrefix = "tag__";

    // Chunks, matches, scores, bytes and tensors have no place in a table.
    private static readonly string[] Fields = ["id", "text", "uri", "mime_type", "modality", "weight", "embedding"];

    public static string Write(DocumentArray documents)
    {
        JsonObject[] rows = [.. documents.Select(document => JsonDocumentForm.WriteSchema(document, withEmptyFields: false))];
        string[] fields = [.. Fields.Where(field => field == "id" || rows.Any(row => row.ContainsKey(field)))];
        string[] tags = [.. documents.SelectMany(document => document.Tags.Select(tag => tag.Key)).Distinct()];
        StringBuilder table = new();
        WriteRow(table, [.. fields, .. tags.Select(tag => TagPrefix + tag)]);
        for (int i = 0; i < rows.Length; i++)
        {
            WriteRow(table, [.. fields.Select(field => Cell(rows[i][field])), .. tags.Select(tag => Cell(documents[i].Tags[tag]))]);
        }

        return table.ToString();
    }

    public static DocumentArray Read(string content, string name)
    {
        DocumentArray documents = [];
        string[]? header = null;
        foreach ((int line, string[] cells) in Rows(content, name))
        {
            string place = $"{name}, line {line}";
            if (header is null)
            {
                header = cells;
                if (header.GroupBy(column => column, StringComparer.Ordinal).FirstOrDefault(column => column.Count() > 1) is { } twice)
                {
                    throw new DocumentFormatException(place, $"the header names column '{twice.Key}' twice");
                }
            }
            else
            {
                documents.Add(cells.Length == header.Length ? Document(header, cells, place)
                    : throw new DocumentFormatException(place, $"the row has {cells.Length} cells, the header {header.Length}; quote cells that hold a comma"));
            }
        }

        return header is null ? throw new DocumentFormatException(name, "it has no header") : documents;
    }

    private static DocumentNode Document(string[] header, string[] cells, string place)
    {
        JsonObject json = [], tags = [];
        for (int i = 0; i < header.Length; i++)
        {
            string field = header[i], cell = cells[i];
            if (!Fields.Contains(field))
            {
                string tag = field.StartsWith(TagPrefix, StringComparison.Ordinal) ? field[TagPrefix.Length..] : field.StartsWith("tags__", StringComparison.Ordinal) ? field["tags__".Length..] : field;
                tags[tag] = cell;
            }
            else if (cell.Length > 0)
            {
                json[field] = field switch { "weight" => Number(cell, place), "embedding" => Numbers(cell, place), _ => cell };
            }
        }

        json["tags"] = tags;
        return JsonDocumentForm.Read(json, place);
    }

    private static JsonValue Number(string cell, string place) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : throw new DocumentFormatException(place, $"column weight has '{cell}', not a number");

    private static JsonNode? Numbers(string cell, string place)
    {
        try
        {
            return FieldObject.Node(JsonElement.Parse(cell));
        }
        catch (JsonException error)
        {
            throw new DocumentFormatException(place, $"column embedding has no list of numbers ({error.Message})", error);
        }
    }

    /// <summary>The rows with the lines they begin on; empty lines are passed over.</summary>
    private static IEnumerable<(int Line, string[] Cells)> Rows(string content, string name)
    {
        int at = 0, line = 1;
        while (at < content.Length)
        {
            int first = line;
            List<string> cells = [];
            bool isEnd = false;
            while (!isEnd)
            {
                cells.Add(CellAt(content, ref at, ref line, name));
                isEnd = at >= content.Length || content[at] != ',';
                at += isEnd ? 0 : 1;
            }

            at += at < content.Length && content[at] == '\r' ? 1 : 0;
            at += at < content.Length && content[at] == '\n' ? 1 : 0;
            line++;
            if (cells is not [""])
            {
                yield return (first, [.. cells]);
            }
        }
    }

    private static string CellAt(string content, ref int at, ref int line, string name)
    {
        if (at >= content.Length || content[at] != '"')
        {
            int end = content.AsSpan(at).IndexOfAny(',', '\r', '\n');
            string plain = end < 0 ? content[at..] : content.Substring(at, end);
            at += plain.Length;
            return plain;
        }

        StringBuilder cell = new();
        int first = line;
        for (at++; ; at++)
        {
            if (at >= content.Length)
            {
                throw new DocumentFormatException($"{name}, line {first}", "a quotation mark is not closed");
            }

            if (content[at] != '"')
            {
                line += content[at] == '\n' ? 1 : 0;
                cell.Append(content[at]);
            }
            else if (at + 1 < content.Length && content[at + 1] == '"')
            {
                cell.Append(content[at++]);
            }
            else
            {
                break;
            }
        }

        at++;
        return at >= content.Length || content[at] is ',' or '\r' or '\n' ? cell.ToString() : throw new DocumentFormatException($"{name}, line {line}", "something follows a closing quotation mark");
    }

    private static string Cell(JsonNode? value) => value is null ? "" : FieldValue.Text(value) ?? value.ToJsonString();

    private static void WriteRow(StringBuilder table, string[] cells) =>
        table.AppendJoin(',', cells.Select(cell => cell.AsSpan().IndexOfAny(",\"\r\n") >= 0 || cell.Length == 0 && cells.Length == 1 ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell)).Append('\n');
}

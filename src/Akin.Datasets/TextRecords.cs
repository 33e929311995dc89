using System.Text.Json;
using System.Text.Json.Nodes;

namespace Akin.Datasets;

/// <summary>Reads texts with ids, titles and metadata from .txt, .jsonl, .csv and .tsv files, streaming.</summary>
public static class TextRecords
{
    private static readonly string[] IdFields = ["id", "_id"];
    private const string TitleField = "title";

    /// <summary>
    /// The records of a file in order. In .jsonl and delimited files <c>id</c> (or <c>_id</c>) and <c>title</c> are optional,
    /// the text field is required, and every other field becomes metadata.
    /// </summary>
    /// <param name="path">A file, or <c>-</c> for standard input.</param>
    /// <param name="options">Format and field names; null for the defaults.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The format is not known, or the file cannot be read as it; the message names file and line.</exception>
    public static IEnumerable<TextRecord> Read(string path, TextRecordOptions? options = null)
    {
        options ??= new TextRecordOptions();
        return Format(path, options.Format) switch
        {
            TextFormat.Text => ReadLines(path),
            TextFormat.JsonLines => ReadJsonLines(path, options),
            TextFormat.Csv => ReadDelimited(path, ',', DelimitedQuoting.Quoted, options),
            _ => ReadDelimited(path, '\t', DelimitedQuoting.Literal, options),
        };
    }

    /// <summary>The format a file is read in.</summary>
    /// <param name="path">A file, or <c>-</c>.</param>
    /// <param name="asked">The format asked for.</param>
    /// <exception cref="DataFormatException">The name has an unknown extension.</exception>
    public static TextFormat Format(string path, TextFormat asked = TextFormat.ByExtension)
    {
        if (asked != TextFormat.ByExtension)
        {
            return asked;
        }

        if (path == InputFile.StandardInput)
        {
            return TextFormat.Text;
        }

        return InputFile.FormatExtension(path) switch
        {
            ".txt" => TextFormat.Text,
            ".jsonl" or ".ndjson" => TextFormat.JsonLines,
            ".csv" => TextFormat.Csv,
            ".tsv" => TextFormat.Tsv,
            string other => throw new DataFormatException(
                path,
                0,
                $"the extension '{other}' tells no supported format; supported are .txt, .jsonl, .csv and .tsv (each also .gz), or name the format."),
        };
    }

    private static IEnumerable<TextRecord> ReadLines(string path)
    {
        foreach (TextLine line in TextLines.Read(path))
        {
            yield return new TextRecord { Id = IdOf(path, line.Number), Text = line.Text, Line = line.Number };
        }
    }

    private static IEnumerable<TextRecord> ReadJsonLines(string path, TextRecordOptions options)
    {
        string name = InputFile.DisplayName(path);
        foreach (JsonLine line in JsonLines.ReadObjects(path))
        {
            string? id = null;
            string? title = null;
            string? text = null;
            JsonObject? metadata = null;
            foreach (JsonProperty property in line.Value.EnumerateObject())
            {
                if (property.Name == options.TextField)
                {
                    text = Text(name, line.Number, property);
                }
                else if (property.Name == TitleField)
                {
                    title = property.Value.ValueKind == JsonValueKind.Null ? null : Text(name, line.Number, property);
                }
                else if (id is null && IdFields.Contains(property.Name))
                {
                    id = property.Value.ValueKind == JsonValueKind.Number ? property.Value.GetRawText() : Text(name, line.Number, property);
                }
                else
                {
                    (metadata ??= [])[property.Name] = Node(property.Value);
                }
            }

            yield return new TextRecord
            {
                Id = string.IsNullOrEmpty(id) ? IdOf(path, line.Number) : id,
                Title = title,
                Text = text ?? throw new DataFormatException(
                    name,
                    line.Number,
                    $"the object has no field '{options.TextField}'; it has {string.Join(", ", line.Value.EnumerateObject().Select(property => $"'{property.Name}'"))}."),
                Metadata = metadata,
                Line = line.Number,
            };
        }
    }

    private static IEnumerable<TextRecord> ReadDelimited(string path, char delimiter, DelimitedQuoting quoting, TextRecordOptions options)
    {
        quoting = options.Quoting == DelimitedQuoting.ByExtension ? quoting : options.Quoting;
        foreach (DelimitedRow row in DelimitedFile.Read(path, delimiter, quoting))
        {
            string text = row[options.TextField];
            string? idField = Array.Find(IdFields, row.Header.Contains);
            JsonObject? metadata = null;
            for (int index = 0; index < row.Header.Count; index++)
            {
                string column = row.Header[index];
                if (column != options.TextField && column != TitleField && column != idField)
                {
                    (metadata ??= [])[column] = JsonValue.Create(row.Cells[index]);
                }
            }

            yield return new TextRecord
            {
                Id = idField is not null && row[idField].Length > 0 ? row[idField] : IdOf(path, row.Line),
                Title = row.TryGet(TitleField, out string? title) ? title : null,
                Text = text,
                Metadata = metadata,
                Line = row.Line,
            };
        }
    }

    private static string IdOf(string path, int line) => $"{Path.GetFileName(InputFile.DisplayName(path))}:{line}";

    private static string Text(string name, int line, JsonProperty property)
    {
        if (property.Value.ValueKind != JsonValueKind.String)
        {
            throw new DataFormatException(name, line, $"field '{property.Name}' must be a string; found {JsonLines.Kind(property.Value)}.");
        }

        try
        {
            return property.Value.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new DataFormatException(name, line, $"field '{property.Name}' holds half of a surrogate pair, which is not text.", exception);
        }
    }

    private static JsonNode? Node(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(value),
        JsonValueKind.Array => JsonArray.Create(value),
        JsonValueKind.Null => null,
        _ => JsonValue.Create(value),
    };
}

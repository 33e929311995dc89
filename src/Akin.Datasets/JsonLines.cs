using System.Text.Json;

namespace Akin.Datasets;

/// <summary>Reads JSON Lines: one JSON value a line, blank lines skipped; gzip and <c>-</c> as in <see cref="TextLines"/>.</summary>
public static class JsonLines
{
    private static readonly JsonDocumentOptions StrictJson = new() { AllowDuplicateProperties = false };

    /// <summary>The values of a file in order, read as they are asked for.</summary>
    /// <param name="path">A .jsonl file, or <c>-</c>.</param>
    /// <param name="encoding">What the text is written in, where no byte-order mark tells; <see langword="null"/>: UTF-8.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">
    /// A line is not JSON, names a property twice, nests deeper than 64 levels or is not UTF-8, or the file holds no value at all.
    /// </exception>
    public static IEnumerable<JsonLine> Read(string path, string? encoding = null)
    {
        using LineReader reader = new(new TextInput(path, encoding));
        bool any = false;
        while (reader.TryRead(out ReadOnlySpan<byte> line))
        {
            if (line.Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            any = true;
            yield return new JsonLine(reader.LineNumber, Parse(InputFile.DisplayName(path), reader.LineNumber, line));
        }

        if (!any)
        {
            throw InputFile.Empty(path);
        }
    }

    /// <summary>The objects of a file in order: as <see cref="Read"/>, and a line that holds another kind of value is refused.</summary>
    /// <param name="path">A .jsonl file, or <c>-</c>.</param>
    /// <param name="encoding">What the text is written in, where no byte-order mark tells; <see langword="null"/>: UTF-8.</param>
    /// <exception cref="DataFormatException">As <see cref="Read"/>, or a line is not an object.</exception>
    public static IEnumerable<JsonLine> ReadObjects(string path, string? encoding = null)
    {
        foreach (JsonLine line in Read(path, encoding))
        {
            if (line.Value.ValueKind != JsonValueKind.Object)
            {
                throw new DataFormatException(
                    InputFile.DisplayName(path), line.Number, $"expected a JSON object such as {{\"id\": \"1\", \"text\": \"…\"}}, found {Kind(line.Value)}.");
            }

            yield return line;
        }
    }

    /// <summary>What a value is, in the words of an error: "an object", "a string", "null" …</summary>
    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };

    private static JsonElement Parse(string name, int number, ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonElement.Parse(line, StrictJson);
        }
        catch (JsonException exception)
        {
            string where = exception.BytePositionInLine is { } position ? $" (byte {position + 1} of the line)" : "";
            throw new DataFormatException(name, number, $"this is not JSON{where}: each line must be one whole JSON object.", exception);
        }
    }
}

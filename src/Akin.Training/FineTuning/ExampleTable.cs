using System.Text.Json;
using Akin.Datasets;

namespace Akin.Training.FineTuning;

/// <summary>Reads the rows of a .csv, .tsv, .jsonl or .txt file (also .gz) as they are written: no cell is taken for a number or a missing value.</summary>
public static class ExampleTable
{
    /// <summary>The rows in order, read as they are asked for.</summary>
    /// <param name="path">The file, or <c>-</c> for CSV on standard input. A .txt file has one column, <c>text</c>, with a line in every row.</param>
    /// <param name="encoding">What the text is written in, where no byte-order mark tells; <see langword="null"/>: UTF-8.</param>
    /// <exception cref="DataFormatException">The file is empty, ragged, not text, or not of these kinds.</exception>
    public static IEnumerable<ExampleRow> Read(string path, string? encoding)
    {
        string name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".jsonl" or ".ndjson" => JsonLines.ReadObjects(path, encoding).Select(line => Row(path, line)),
            ".csv" or ".tsv" or "" => DelimitedFile.Read(path, encoding: encoding).Select(row => Row(path, row)),
            ".txt" => TextLines.Read(path, encoding).Select(line => new ExampleRow(path, line.Number, ["text"], [[line.Text]])),
            string other => throw new DataFormatException(InputFile.DisplayName(path), 0, $"files of kind '{other}' hold no examples; known are .csv, .tsv, .jsonl and .txt, each also .gz."),
        };
    }

    private static ExampleRow Row(string path, DelimitedRow row) => new(path, row.Line, [.. row.Header], [.. row.Cells.Select(cell => (string[])[cell])]);

    private static ExampleRow Row(string path, JsonLine line)
    {
        JsonProperty[] properties = [.. line.Value.EnumerateObject()];
        return new ExampleRow(path, line.Number, [.. properties.Select(property => property.Name)], [.. properties.Select(property => Cells(property.Value))]);
    }

    // null is no text, a list is several.
    private static string[] Cells(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(Cells)],
        JsonValueKind.String => [value.GetString()!],
        _ => [value.GetRawText()],
    };
}

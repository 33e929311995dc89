using System.Text.Json;
using Akin.Datasets;

namespace Akin.Cli;

/// <summary>Reads token ids: a line holds those of a text, as a JSON array or as an object with the field <c>ids</c>, which <c>akin tokenize --json</c> writes.</summary>
internal static class TokenIdLines
{
    /// <summary>The ids of every line; none is empty.</summary>
    /// <param name="path">A .jsonl file, also .gz, or <c>-</c> for standard input.</param>
    /// <exception cref="DataFormatException">A line is something else; the message names file and line.</exception>
    public static IEnumerable<int[]> Read(string path)
    {
        foreach (JsonLine line in JsonLines.Read(path))
        {
            JsonElement ids = line.Value.ValueKind == JsonValueKind.Object && line.Value.TryGetProperty("ids", out JsonElement field) ? field : line.Value;
            if (ids.ValueKind != JsonValueKind.Array || ids.GetArrayLength() == 0)
            {
                throw Refuse(line.Number);
            }

            yield return [.. ids.EnumerateArray().Select(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int value) ? value : throw Refuse(line.Number))];
        }

        DataFormatException Refuse(int number) => new(InputFile.DisplayName(path), number, "expected token ids as a JSON array of whole numbers, such as [101, 7592, 102].");
    }
}

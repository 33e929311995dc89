using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Akin.Training.Mining;

/// <summary>Writes rows of <see cref="MinedNegatives.Rows"/> as a file to train on.</summary>
public static class MinedRows
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object a line in UTF-8, columns as names.</summary>
    /// <param name="stream">Where to; stays open.</param>
    /// <param name="rows">The rows, read as they are written.</param>
    /// <returns>How many rows there were.</returns>
    public static long WriteJsonLines(Stream stream, IEnumerable<IReadOnlyDictionary<string, object?>> rows)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(rows);
        long count = 0;
        using Utf8JsonWriter json = new(stream, Options);
        foreach (IReadOnlyDictionary<string, object?> row in rows)
        {
            json.WriteStartObject();
            foreach ((string column, object? value) in row)
            {
                json.WritePropertyName(column);
                Write(json, value);
            }

            json.WriteEndObject();
            json.Flush();
            stream.WriteByte((byte)'\n');
            json.Reset();
            count++;
        }

        return count;
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case string text:
                json.WriteStringValue(text);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case float number:
                json.WriteNumberValue(number);
                break;
            case IEnumerable values:
                json.WriteStartArray();
                foreach (object? item in values)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"A mined row has no value such as '{value}' ({value?.GetType().Name ?? "null"}).", nameof(value));
        }
    }
}

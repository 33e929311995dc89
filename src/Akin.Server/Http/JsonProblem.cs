using System.Globalization;
using System.Text.Json;

namespace Akin.Server.Http;

/// <summary>Says where a body stops being JSON without quoting it: a text of a user must not get into answers and logs.</summary>
internal static class JsonProblem
{
    public static string Describe(JsonException error)
    {
        string place = error is { LineNumber: { } line, BytePositionInLine: { } position }
            ? string.Create(CultureInfo.InvariantCulture, $" at line {line + 1}, byte {position + 1}")
            : "";
        string cause = error.Message.Contains("depth", StringComparison.OrdinalIgnoreCase) ? " It is nested too deeply."
            : error.Message.Contains("duplicate", StringComparison.OrdinalIgnoreCase) ? " An object has the same field twice."
            : "";
        return $"The body is not valid JSON{place}.{cause}";
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Akin.Search.Filters;

/// <summary>Compares values of fields.</summary>
internal static class FieldValue
{
    private static readonly string[] DateFormats = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    /// <summary>Whether two values are equal; kinds differ, except that true and false are 1 and 0.</summary>
    public static bool AreEqual(JsonNode? left, JsonNode? right) =>
        (left is null || right is null)
            ? left is null && right is null
            : Compare(left, right) is { } order ? order == 0 : JsonNode.DeepEquals(left, right);

    /// <summary>Less than 0, 0 or more than 0; null when the values have no order.</summary>
    public static int? Compare(JsonNode? left, JsonNode? right)
    {
        if (Text(left) is { } leftText && Text(right) is { } rightText)
        {
            return Date(leftText) is { } leftDate && Date(rightText) is { } rightDate ? leftDate.CompareTo(rightDate) : string.CompareOrdinal(leftText, rightText);
        }

        return Number(left) is { } leftNumber && Number(right) is { } rightNumber ? leftNumber.CompareTo(rightNumber) : null;
    }

    public static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static decimal? Number(JsonNode? node) => node is not JsonValue value ? null : value.GetValueKind() switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.Number when value.TryGetValue(out decimal exact) => exact,
        JsonValueKind.Number => Nearest(Double(value)),
        _ => null,
    };

    /// <summary>The number that a value is, to the precision of a double.</summary>
    public static double Double(JsonNode value) => value.AsValue().TryGetValue(out double number) ? number : double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    /// <summary>A number beyond decimal's range is as large as decimals get.</summary>
    private static decimal Nearest(double number) =>
        number >= (double)decimal.MaxValue ? decimal.MaxValue : number <= (double)decimal.MinValue ? decimal.MinValue : (decimal)number;

    public static DateTimeOffset? Date(string text) =>
        text.Length >= 10 && char.IsAsciiDigit(text[0])
        && DateTimeOffset.TryParseExact(text, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date)
            ? date
            : null;
}

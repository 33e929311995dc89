using System.Globalization;
using System.Text.Json;

namespace Akin.Datasets.Tests;

/// <summary>Compares a data set with the columns a golden lists; see tests/goldens/files/README.md, "How values are written".</summary>
internal static class GoldenTable
{
    public static void AssertEqual(JsonElement columns, Dataset dataset)
    {
        Assert.Equal(columns.EnumerateArray().Select(column => column.GetProperty("name").GetString()), dataset.ColumnNames);
        foreach (JsonElement column in columns.EnumerateArray())
        {
            string name = column.GetProperty("name").GetString()!;
            Assert.Equal(Simple(column.GetProperty("type").GetString()!), Simple(dataset.Features[name].TypeName));
            JsonElement values = column.GetProperty("values");
            Assert.Equal(values.GetArrayLength(), dataset.Count);
            int row = 0;
            foreach (JsonElement expected in values.EnumerateArray())
            {
                Assert.True(Same(expected, dataset[row][name], dataset.Features[name]), $"row {row}, column {name}: expected {expected}, found {Show(dataset[row][name])}");
                row++;
            }
        }
    }

    /// <summary>Compares rows and values of a table <c>{"rows": n, "columns": […]}</c>, not the names of types.</summary>
    public static void AssertValuesEqual(JsonElement table, Dataset dataset)
    {
        Assert.Equal(table.GetProperty("rows").GetInt32(), dataset.Count);
        JsonElement columns = table.GetProperty("columns");
        Assert.Equal(columns.EnumerateArray().Select(column => column.GetProperty("name").GetString()), dataset.ColumnNames);
        foreach (JsonElement column in columns.EnumerateArray())
        {
            string name = column.GetProperty("name").GetString()!;
            Feature feature = dataset.Features[name];
            bool union = column.GetProperty("type").GetString()!.Contains("_union<", StringComparison.Ordinal);
            int row = 0;
            foreach (JsonElement expected in column.GetProperty("values").EnumerateArray())
            {
                object? actual = dataset[row][name];
                bool same = union ? actual is null ? expected.ValueKind == JsonValueKind.Null : JsonElement.DeepEquals(expected, JsonDocument.Parse((string)actual).RootElement) : Same(expected, actual, feature);
                Assert.True(same, $"row {row}, column {name}: expected {expected}, found {Show(actual)}");
                row++;
            }
        }
    }

    public static bool Same(JsonElement expected, object? actual, Feature feature)
    {
        switch (actual)
        {
            case null:
                return expected.ValueKind == JsonValueKind.Null;
            case bool bit:
                return expected.ValueKind == (bit ? JsonValueKind.True : JsonValueKind.False);
            case string text:
                return expected.ValueKind == JsonValueKind.String && expected.GetString() == text;
            case byte[] bytes when feature is not ListFeature:
                return expected.ValueKind == JsonValueKind.String && expected.GetString() == Convert.ToBase64String(bytes);
            case double number:
                return double.IsNaN(number) ? double.IsNaN(Number(expected)) : BitConverter.DoubleToInt64Bits(Number(expected)) == BitConverter.DoubleToInt64Bits(number);
            case float number:
                return float.IsNaN(number) ? float.IsNaN(Single(expected)) : BitConverter.SingleToInt32Bits(Single(expected)) == BitConverter.SingleToInt32Bits(number);
            case Half number:
                return Half.IsNaN(number) ? Half.IsNaN(HalfOf(expected)) : BitConverter.HalfToInt16Bits(HalfOf(expected)) == BitConverter.HalfToInt16Bits(number);
            case RowValues row:
                return expected.ValueKind == JsonValueKind.Object
                    && expected.EnumerateObject().Count() == row.Count
                    && expected.EnumerateObject().All(field => Same(field.Value, row[field.Name], ((StructFeature)feature).Fields[field.Name]));
            case KeyValuePair<object, object?>[] pairs:
                MapFeature map = (MapFeature)feature;
                return expected.GetArrayLength() == pairs.Length
                    && expected.EnumerateArray().Zip(pairs).All(pair => Same(pair.First[0], pair.Second.Key, map.Key) && Same(pair.First[1], pair.Second.Value, map.Item));
            case Array items:
                Feature item = feature is ListFeature list ? list.Item : Value.Int64;
                return expected.ValueKind == JsonValueKind.Array
                    && expected.GetArrayLength() == items.Length
                    && expected.EnumerateArray().Zip(items.Cast<object?>()).All(pair => Same(pair.First, pair.Second, item));
            default:
                return expected.ValueKind == JsonValueKind.Number && expected.GetRawText() == ((IFormattable)actual).ToString(null, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Texts are texts, whatever the width of their offsets.</summary>
    private static string Simple(string type) => type.Replace("large_", "", StringComparison.Ordinal).Replace(" not null", "", StringComparison.Ordinal);

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, _ => double.NegativeInfinity }
        : value.GetDouble();

    private static float Single(JsonElement value) => value.ValueKind == JsonValueKind.String ? (float)Number(value) : value.GetSingle();

    private static Half HalfOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? (Half)Number(value) : Half.Parse(value.GetRawText(), CultureInfo.InvariantCulture);

    private static string Show(object? value) => value is null ? "null" : value is string ? $"'{value}'" : value is Array ? JsonSerializer.Serialize(value) : value.ToString()!;
}

using System.Text.Encodings.Web;
using System.Text.Json;
using Akin.Datasets.Columns;

namespace Akin.Datasets.Loading;

/// <summary>
/// .json and .jsonl: objects, one row each; an array of objects; one object, which is one row; or one of these in a field of an object.
/// A field an object lacks is null; columns are ordered by first appearance; integers and numbers mix to float64, kinds that do not mix become JSON text.
/// </summary>
internal sealed class JsonFormat : FileFormat
{
    public override Features Infer(DataFile file, LoadDatasetOptions options, CancellationToken cancellationToken)
    {
        Dictionary<string, Feature> columns = new(StringComparer.Ordinal);
        List<string> order = [];
        foreach ((JsonElement row, int line) in Rows(file, options))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (JsonProperty property in row.EnumerateObject())
            {
                Feature feature = FeatureOf(property.Value);
                if (columns.TryGetValue(property.Name, out Feature? known))
                {
                    columns[property.Name] = known == Value.Json ? known : FeatureInference.TryJoin(known, feature) ?? Value.Json;
                }
                else
                {
                    columns.Add(property.Name, feature);
                    order.Add(property.Name);
                }
            }
        }

        return new Features(order.Select(name => KeyValuePair.Create(name, columns[name])));
    }

    public override IEnumerable<RecordBatch> Read(DataFile file, Features features, LoadDatasetOptions options, CancellationToken cancellationToken)
    {
        BatchBuilder builder = new(features);
        object?[] values = new object?[features.Count];
        foreach ((JsonElement row, int line) in Rows(file, options))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Array.Clear(values);
            string column = "";
            try
            {
                foreach (JsonProperty property in row.EnumerateObject())
                {
                    column = property.Name;
                    if (features.TryGetValue(column, out Feature? feature))
                    {
                        values[features.IndexOf(column)] = ObjectOf(property.Value, feature);
                    }
                }
            }
            catch (Exception exception) when (exception is DatasetException or InvalidOperationException)
            {
                string problem = exception is DatasetException ? exception.Message : "found half of a surrogate pair, which is not text.";
                throw new DataFormatException(file.Name, line, $"column '{column}': {problem}", exception);
            }

            try
            {
                builder.Add(values, () => "the row");
            }
            catch (DatasetException exception)
            {
                throw new DataFormatException(file.Name, line, exception.Message, exception);
            }

            if (builder.IsFull)
            {
                yield return builder.Take();
            }
        }

        yield return builder.Take();
    }

    private static IEnumerable<(JsonElement Row, int Line)> Rows(DataFile file, LoadDatasetOptions options)
    {
        bool array = StartsWithArray(file, options) && InputFile.FormatExtension(file.FormatName) is not (".jsonl" or ".ndjson");
        bool any = false;
        using JsonValueReader reader = new(file.OpenText(options), array && options.JsonField is null);
        while (reader.Next() is { } value)
        {
            IEnumerable<JsonElement> rows = [value];
            if (options.JsonField is { } field)
            {
                if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(field, out JsonElement inner))
                {
                    throw new DataFormatException(file.Name, reader.ValueLine, $"there is no field '{field}' that holds the rows.");
                }

                rows = inner.ValueKind == JsonValueKind.Array ? inner.EnumerateArray() : [inner];
            }

            foreach (JsonElement row in rows)
            {
                if (row.ValueKind != JsonValueKind.Object)
                {
                    throw new DataFormatException(
                        file.Name, reader.ValueLine, $"expected a JSON object such as {{\"text\": \"…\", \"label\": 1}}, found {JsonLines.Kind(row)}.");
                }

                any = true;
                yield return (row, reader.ValueLine);
            }
        }

        if (!any)
        {
            throw new DataFormatException(file.Name, 0, "the file holds no JSON object: there are no rows.");
        }
    }

    private static bool StartsWithArray(DataFile file, LoadDatasetOptions options)
    {
        using TextInput input = file.OpenText(options);
        byte[] one = new byte[1];
        while (input.Read(one, 1) > 0)
        {
            if (one[0] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                return one[0] == '[';
            }
        }

        return false;
    }

    private static Feature FeatureOf(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                return Value.Boolean;
            case JsonValueKind.Number:
                return value.TryGetInt64(out _) ? Value.Int64 : Value.Float64;
            case JsonValueKind.String:
                return IsMarkedNumber(value) ? Value.Float64 : Value.String;
            case JsonValueKind.Array:
                Feature? items = Value.Null;
                foreach (JsonElement item in value.EnumerateArray())
                {
                    items = FeatureOf(item) is var feature && feature == Value.Json ? null : FeatureInference.TryJoin(items, feature);
                    if (items is null)
                    {
                        return Value.Json;
                    }
                }

                return new ListFeature(items);
            case JsonValueKind.Object:
                List<KeyValuePair<string, Feature>> fields = [];
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    Feature field = FeatureOf(property.Value);
                    if (field == Value.Json)
                    {
                        return field;
                    }

                    fields.Add(KeyValuePair.Create(property.Name, field));
                }

                return new StructFeature(new Features(fields));
            default:
                return Value.Null;
        }
    }

    private static object? ObjectOf(JsonElement value, Feature feature)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (feature is Value { Type: ScalarType.Json })
        {
            return Compact(value);
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                return value.GetBoolean();
            case JsonValueKind.Number when feature is Value { Type: ScalarType.UInt64 } && value.TryGetUInt64(out ulong large):
                return large;
            case JsonValueKind.Number:
                return value.TryGetInt64(out long whole) ? (object)whole : value.GetDouble();
            case JsonValueKind.String when IsMarkedNumber(value):
                return value.GetString()![JsonValueReader.NumberMark.Length..] switch
                {
                    "NaN" => double.NaN,
                    "Infinity" => double.PositiveInfinity,
                    _ => double.NegativeInfinity,
                };
            case JsonValueKind.String:
                return value.GetString();
            case JsonValueKind.Array:
                Feature items = feature is ListFeature list ? list.Item : feature is MapFeature ? Value.Json : throw ColumnBuilder.Unfit(Array.Empty<object>(), feature);
                return value.EnumerateArray().Select(item => ObjectOf(item, items)).ToArray();
            default:
                Features fields = feature is StructFeature structure ? structure.Fields : throw ColumnBuilder.Unfit(new RowValues(), feature);
                RowValues row = [];
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    row[property.Name] = ObjectOf(property.Value, fields[property.Name]);
                }

                return row;
        }
    }

    private static bool IsMarkedNumber(JsonElement value) =>
        value.ValueEquals(JsonValueReader.NumberMark + "NaN")
        || value.ValueEquals(JsonValueReader.NumberMark + "Infinity")
        || value.ValueEquals(JsonValueReader.NumberMark + "-Infinity");

    /// <summary>The value as JSON text without blanks.</summary>
    private static string Compact(JsonElement value)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            value.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }
}

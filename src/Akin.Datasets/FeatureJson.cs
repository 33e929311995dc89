using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Akin.Datasets;

/// <summary>Reads and writes features as Python's <c>datasets</c> keeps them in files: <c>dataset_info.json</c> and the schema metadata of Arrow and Parquet.</summary>
internal static class FeatureJson
{
    /// <summary>The key of the schema metadata.</summary>
    public const string MetadataKey = "huggingface";

    private const string TypeKey = "_type";
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The metadata <c>{"info": {"features": …}}</c>.</summary>
    public static string WriteMetadata(Features features) => Text(new JsonObject { ["info"] = new JsonObject { ["features"] = Write(features) } });

    public static string Text(JsonNode node, bool indented = false)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Encoder = Plain.Encoder, Indented = indented }))
        {
            node.WriteTo(writer);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    public static JsonObject Write(Features features) => new(features.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, Write(entry.Value))));

    /// <summary>The features of the metadata, or null when there are none or they cannot be read.</summary>
    public static Features? ReadMetadata(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("info", out JsonElement info)
                && info.ValueKind == JsonValueKind.Object
                && info.TryGetProperty("features", out JsonElement features)
                ? Read(features)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The features of a JSON object; a type of Python's that has no counterpart here is a column of nulls, to be told by the data.</summary>
    public static Features? Read(JsonElement features) => features.ValueKind == JsonValueKind.Object
        ? new Features(features.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, ReadFeature(property.Value))))
        : null;

    /// <summary>The stored type with the class names and JSON marks of the described one.</summary>
    public static Feature Overlay(Feature stored, Feature described) => (stored, described) switch
    {
        (Value { Type: ScalarType.Int64 }, ClassLabel) => described,
        (Value { Type: ScalarType.String }, Value { Type: ScalarType.Json }) => described,
        (ListFeature a, ListFeature b) => a with { Item = Overlay(a.Item, b.Item) },
        (StructFeature a, StructFeature b) => new StructFeature(Overlay(a.Fields, b.Fields)),
        _ => stored,
    };

    public static Features Overlay(Features stored, Features described) =>
        new(stored.Select(entry => KeyValuePair.Create(entry.Key, described.TryGetValue(entry.Key, out Feature? feature) ? Overlay(entry.Value, feature) : entry.Value)));

    private static JsonObject Write(Feature feature)
    {
        switch (feature)
        {
            case ClassLabel label:
                return new JsonObject { ["names"] = new JsonArray([.. label.Names.Select(name => (JsonNode)name)]), [TypeKey] = "ClassLabel" };
            case ListFeature { FixedLength: { } length } list:
                return new JsonObject { ["feature"] = Write(list.Item), ["length"] = length, [TypeKey] = "List" };
            case ListFeature list:
                return new JsonObject { ["feature"] = Write(list.Item), [TypeKey] = list.Large ? "LargeList" : "List" };
            case StructFeature structure:
                return Write(structure.Fields);
            case MapFeature map:
                return new JsonObject { ["feature"] = Write(new StructFeature(new Features(("key", map.Key), ("value", map.Item)))), [TypeKey] = "List" };
            case Value { Type: ScalarType.Json }:
                return new JsonObject { [TypeKey] = "Json" };
            default:
                return new JsonObject { ["dtype"] = ((Value)feature).DType, [TypeKey] = "Value" };
        }
    }

    private static Feature ReadFeature(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            return json.GetArrayLength() == 1 ? new ListFeature(ReadFeature(json[0])) : Value.Null;
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            return Value.Null;
        }

        string? type = json.TryGetProperty(TypeKey, out JsonElement named) && named.ValueKind == JsonValueKind.String ? named.GetString() : null;
        switch (type)
        {
            case null:
                return new StructFeature(Read(json)!);
            case "Value" when json.TryGetProperty("dtype", out JsonElement dtype) && dtype.GetString() is { } name:
                try
                {
                    return Value.Parse(name);
                }
                catch (DatasetException)
                {
                    return Value.Null;
                }

            case "ClassLabel" when json.TryGetProperty("names", out JsonElement names) && names.ValueKind == JsonValueKind.Array:
                return new ClassLabel(names.EnumerateArray().Select(name => name.ToString()));
            case "ClassLabel":
                return Value.Int64;
            case "Json":
                return Value.Json;
            case "List" or "LargeList" or "Sequence" when json.TryGetProperty("feature", out JsonElement item):
                return ReadList(json, type, ReadFeature(item));
            case "Array2D" or "Array3D" or "Array4D" or "Array5D" when json.TryGetProperty("dtype", out JsonElement dtype) && json.TryGetProperty("shape", out JsonElement shape):
                Feature nested = Value.Parse(dtype.GetString() ?? "");
                for (int dimension = 0; dimension < shape.GetArrayLength(); dimension++)
                {
                    nested = new ListFeature(nested);
                }

                return nested;
            default:
                return Value.Null;
        }
    }

    /// <summary>What old files call a Sequence of a dictionary is a struct of lists.</summary>
    private static Feature ReadList(JsonElement json, string type, Feature item)
    {
        int? length = json.TryGetProperty("length", out JsonElement given) && given.TryGetInt32(out int number) && number >= 0 ? number : null;
        return type == "Sequence" && item is StructFeature structure
            ? new StructFeature(new Features(structure.Fields.Select(entry => KeyValuePair.Create<string, Feature>(entry.Key, new ListFeature(entry.Value) { FixedLength = length }))))
            : new ListFeature(item) { FixedLength = length, Large = type == "LargeList" };
    }
}

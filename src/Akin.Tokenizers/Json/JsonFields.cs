using System.Text.Json;

namespace Akin.Tokenizers.Json;

/// <summary>
/// An object of a tokenizer file whose fields are read by name. Every error names the file and the JSON path, and a field that nobody
/// read is refused at the end, so that nothing in a file is silently ignored.
/// </summary>
internal sealed class JsonFields
{
    private readonly HashSet<string> read = [];

    public JsonFields(JsonElement element, string file, string path)
    {
        (Element, File, Path) = (element, file, path);
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong(path, $"an object was expected, found {Describe(element)}");
    }

    public JsonElement Element { get; }

    /// <summary>What was read beforehand of the large fields of a model, which are null in <see cref="Element"/>; null when nothing was.</summary>
    public LargeFields? Large { get; set; }

    public string File { get; }

    public string Path { get; }

    public bool Has(string name) => Element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    public string At(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    public TokenizerFileException Wrong(string path, string problem) => new(File, path, problem);

    /// <summary>The error for a field with a value that cannot be used.</summary>
    public TokenizerFileException Refuse(string name, string problem) => Wrong(At(name), problem);

    /// <summary>The value of a field, or null when it is absent or null.</summary>
    public JsonElement? Value(string name)
    {
        read.Add(name);
        return Has(name) ? Element.GetProperty(name) : null;
    }

    public string String(string name) => OptionalString(name) ?? throw Refuse(name, "a string was expected, and the field is missing or null");

    public string? OptionalString(string name) => Value(name) is { } value ? AsString(value, At(name)) : null;

    public string NonEmpty(string name) => String(name) is { Length: > 0 } value ? value : throw Refuse(name, "a string that is not empty was expected");

    public bool Bool(string name, bool? absent = null) => OptionalBool(name) ?? absent ?? throw Refuse(name, "true or false was expected, and the field is missing or null");

    public bool? OptionalBool(string name) => Value(name) is not { } value ? null : value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refuse(name, $"true or false was expected, found {Describe(value)}"),
    };

    public int Int(string name, int minimum = 0, int? absent = null) =>
        OptionalInt(name, minimum) ?? absent ?? throw Refuse(name, "an integer was expected, and the field is missing or null");

    public int? OptionalInt(string name, int minimum = 0) => Value(name) is { } value ? AsInt(value, At(name), minimum) : null;

    public JsonFields Object(string name) => OptionalObject(name) ?? throw Refuse(name, "an object was expected, and the field is missing or null");

    public JsonFields? OptionalObject(string name) => Value(name) is { } value ? new JsonFields(value, File, At(name)) : null;

    /// <summary>The elements of an array, each with its path.</summary>
    public IEnumerable<(JsonElement Element, string Path)> Array(string name)
    {
        JsonElement value = Value(name) ?? throw Refuse(name, "an array was expected, and the field is missing or null");
        if (value.ValueKind != JsonValueKind.Array)
            throw Refuse(name, $"an array was expected, found {Describe(value)}");
        int index = 0;
        foreach (JsonElement item in value.EnumerateArray())
            yield return (item, $"{At(name)}[{index++}]");
    }

    public IEnumerable<JsonFields> Objects(string name)
    {
        foreach ((JsonElement item, string path) in Array(name))
            yield return new JsonFields(item, File, path);
    }

    public string AsString(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Wrong(path, $"a string was expected, found {Describe(value)}");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException problem)
        {
            throw new TokenizerFileException(File, path, "the string holds half of a surrogate pair, which is no character", problem);
        }
    }

    public int AsInt(JsonElement value, string path, int minimum)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int number) || number < minimum)
            throw Wrong(path, $"an integer from {minimum} to {int.MaxValue} was expected, found {Describe(value)}");
        return number;
    }

    /// <summary>Marks fields as known though their value has no effect here.</summary>
    public void Accept(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
            read.Add(name);
    }

    /// <summary>Throws when the object has a field that was not read, or the same field twice.</summary>
    public void RefuseOthers()
    {
        HashSet<string> seen = [];
        foreach (JsonProperty property in Element.EnumerateObject())
        {
            string name = NameOf(property);
            if (!seen.Add(name))
                throw Refuse(name, "the field is there twice");
            if (!read.Contains(name))
                throw Refuse(name, $"unknown field; known here: {string.Join(", ", read.Order(StringComparer.Ordinal))}");
        }
    }

    public string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException problem)
        {
            throw new TokenizerFileException(File, Path, "a field name holds half of a surrogate pair, which is no character", problem);
        }
    }

    public static string Describe(JsonElement value)
    {
        string text = value.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? value.ValueKind.ToString().ToLowerInvariant() : value.GetRawText();
        return text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "…");
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Akin.Pipelines;

/// <summary>The options of one call by the names of Python. A value may also be its text, as a command line has it.</summary>
internal sealed class TaskOptions
{
    private readonly JsonObject _options;

    /// <exception cref="PipelineException">The task has no such option.</exception>
    public TaskOptions(PipelineTask kind, string task, JsonObject options)
    {
        (Task, _options) = (task, options);
        foreach ((string name, _) in options)
        {
            if (!kind.Options.Contains(name))
            {
                throw new PipelineException($"{task} has no option {name}; it has {string.Join(", ", kind.Options)}.");
            }
        }
    }

    /// <summary>The task as it was called.</summary>
    public string Task { get; }

    public int? Integer(string name) => Value(name) is not { } value ? null
        : int.TryParse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number
        : throw Refuse(name, value, "a whole number");

    public int? Positive(string name) => Integer(name) is not { } number ? null : number > 0 ? number : throw Refuse(name, number, "a whole number above 0");

    public bool? Flag(string name) => Value(name)?.ToString() switch
    {
        null => null,
        "true" or "True" => true,
        "false" or "False" => false,
        { } other => throw Refuse(name, other, "true or false"),
    };

    public string? Text(string name) => Value(name)?.ToString();

    /// <summary>A list, or a text with commas.</summary>
    public string[]? List(string name) => Value(name) switch
    {
        null => null,
        JsonArray items => [.. items.Select(item => item?.ToString() ?? "")],
        { } text => text.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
    };

    public T? Choice<T>(string name, params ReadOnlySpan<(string Text, T Value)> choices)
        where T : struct
    {
        if (Value(name)?.ToString() is not { } found)
        {
            return null;
        }

        List<string> names = [];
        foreach ((string text, T value) in choices)
        {
            if (text == found)
            {
                return value;
            }

            names.Add(text);
        }

        throw Refuse(name, found, string.Join(", ", names));
    }

    /// <summary>Some options as fields of a configuration: what is written as JSON becomes it.</summary>
    public JsonObject Fields(IEnumerable<string> names)
    {
        JsonObject fields = [];
        foreach (string name in names)
        {
            if (Value(name) is { } value)
            {
                fields[name] = value is JsonValue && value.GetValueKind() == JsonValueKind.String ? Parse(value.GetValue<string>()) : JsonNode.Parse(value.ToJsonString());
            }
        }

        return fields;

        static JsonNode? Parse(string text)
        {
            try
            {
                return JsonNode.Parse(text is "True" or "False" ? text.ToLowerInvariant() : text);
            }
            catch (JsonException)
            {
                return JsonValue.Create(text);
            }
        }
    }

    public PipelineException Refuse(string name, object value, string supported) => new($"{Task}: {name} is {value}: give {supported}.");

    private JsonNode? Value(string name) => _options[name];
}

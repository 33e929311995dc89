using System.Text.Json;

namespace Akin.Server.Http;

/// <summary>The fields of a request's JSON object, each read as the type it must have. A field that is null is as one that is missing.</summary>
internal readonly struct JsonFields
{
    private readonly JsonElement _object;
    private readonly AkinServerOptions _options;

    private JsonFields(JsonElement value, AkinServerOptions options) => (_object, _options) = (value, options);

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="RequestException">The body is not declared as JSON (415), or is not an object (400).</exception>
    /// <exception cref="JsonException">The body is not JSON, or nested too deeply.</exception>
    /// <exception cref="BadHttpRequestException">The body is too long, or comes too slowly.</exception>
    public static async Task<JsonFields> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "The body must be JSON, with the header Content-Type: application/json.");
        }

        AkinServerOptions options = context.RequestServices.GetRequiredService<AkinServerOptions>();
        JsonDocumentOptions json = new() { MaxDepth = options.MaxJsonDepth, AllowDuplicateProperties = false };
        JsonDocument document = await JsonDocument.ParseAsync(context.Request.Body, json, context.RequestAborted).ConfigureAwait(false);
        context.Response.RegisterForDispose(document);
        return Of(document.RootElement, options, "The body");
    }

    /// <summary>Whether there is a field that is not null.</summary>
    public bool Has(string name) => Value(name) is not null;

    /// <summary>A field's value, or null.</summary>
    public JsonElement? Value(string name) => _object.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>Refuses fields that nobody reads: most are misspelt.</summary>
    public void RefuseAllBut(params ReadOnlySpan<string> known)
    {
        foreach (JsonProperty property in _object.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                string name = property.Name.Length <= 40 ? property.Name : property.Name[..40] + "…";
                throw RequestException.Invalid(name, $"There is no field '{name}' here; there are {string.Join(", ", known!)}.");
            }
        }
    }

    /// <summary>An object in a field, or null.</summary>
    public JsonFields? Object(string name) => Value(name) is { } value ? Of(value, _options, name) : null;

    /// <summary>A short text such as a name, or null.</summary>
    public string? Text(string name) => Value(name) is { } value ? TextOf(value, name) : null;

    /// <summary>A text that must be there and not be empty.</summary>
    public string RequiredText(string name)
    {
        string? text = Text(name);
        return string.IsNullOrWhiteSpace(text) ? throw RequestException.Invalid(name, $"{name} is missing or empty.") : text;
    }

    /// <summary>One of some words, or null.</summary>
    public string? Choice(string name, params ReadOnlySpan<string> words)
    {
        string? word = Text(name);
        return word is null || words.Contains(word) ? word : throw RequestException.Invalid(name, $"{name} must be one of {string.Join(", ", words!)}.");
    }

    /// <summary>True or false, or null.</summary>
    public bool? Flag(string name) => Value(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw RequestException.Invalid(name, $"{name} must be true or false."),
    };

    /// <summary>A whole number, or null.</summary>
    public int? Integer(string name, int minimum, int maximum = int.MaxValue)
    {
        if (Value(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= minimum && number <= maximum
            ? number
            : throw RequestException.Invalid(name, $"{name} must be a whole number from {minimum} to {maximum}.");
    }

    /// <summary>One text, or a list of texts.</summary>
    public IReadOnlyList<string> Texts(string name) => TextsOf(Value(name), name);

    /// <summary>One text, or a list of texts, in some value.</summary>
    public IReadOnlyList<string> TextsOf(JsonElement? value, string name)
    {
        switch (value)
        {
            case { ValueKind: JsonValueKind.String } single:
                return [TextOf(single, name)];
            case { ValueKind: JsonValueKind.Array } list:
                string[] texts = new string[RequireCount(list.GetArrayLength(), name)];
                int i = 0;
                foreach (JsonElement item in list.EnumerateArray())
                {
                    texts[i] = item.ValueKind == JsonValueKind.String ? TextOf(item, name, i) : throw RequestException.Invalid($"{name}[{i}]", $"{name}[{i}] must be a text.");
                    i++;
                }

                return texts;
            case null:
                throw RequestException.Invalid(name, $"{name} is missing.");
            default:
                throw RequestException.Invalid(name, $"{name} must be a text or a list of texts.");
        }
    }

    /// <summary>Checks how many texts there are.</summary>
    public int RequireCount(int count, string name) =>
        count == 0 ? throw RequestException.Invalid(name, $"{name} is empty.")
        : count > _options.MaxTexts ? throw new RequestException(StatusCodes.Status413PayloadTooLarge, $"{name} has {count} texts; a request may have {_options.MaxTexts}.", name)
        : count;

    /// <summary>A text of a request: of valid Unicode, and not too long.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">The field, for messages.</param>
    /// <param name="index">The place in a list; -1 for none.</param>
    public string TextOf(JsonElement value, string name, int index = -1)
    {
        string place = index < 0 ? name : $"{name}[{index}]";
        if (value.ValueKind != JsonValueKind.String)
        {
            throw RequestException.Invalid(place, $"{place} must be a text.");
        }

        try
        {
            string text = value.GetString()!;
            return text.Length <= _options.MaxTextLength
                ? text
                : throw new RequestException(StatusCodes.Status413PayloadTooLarge, $"{place} has {text.Length} characters; a text may have {_options.MaxTextLength}.", place);
        }
        catch (InvalidOperationException)
        {
            throw RequestException.Invalid(place, $"{place} is not valid Unicode: half of a surrogate pair, or bytes that are not UTF-8.");
        }
    }

    private static JsonFields Of(JsonElement value, AkinServerOptions options, string name) =>
        value.ValueKind == JsonValueKind.Object ? new JsonFields(value, options) : throw RequestException.Invalid(name, $"{name} must be a JSON object.");
}

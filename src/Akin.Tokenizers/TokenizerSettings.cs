using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers;

/// <summary>What stands beside the pipeline: names of special tokens, lengths, sides. Read from <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>.</summary>
public sealed record TokenizerSettings
{
    private const string ConfigFile = "tokenizer_config.json";
    private const string SpecialTokensFile = "special_tokens_map.json";
    private const string ExtraTokens = "extra_special_tokens"; // transformers 5: a list; transformers 4: an object with names, and a list breaks it
    private const string GenericClass = "PreTrainedTokenizerFast"; // obeys tokenizer.json; transformers 5 says TokenizersBackend, which 4 does not know

    /// <summary>The class of Python's transformers that the folder names, such as <c>BertTokenizer</c>.</summary>
    public string? TokenizerClass { get; init; }

    /// <summary>The most tokens that the model takes; null when the folder does not say.</summary>
    public int? ModelMaximumLength { get; init; }

    /// <summary>The end where padding is put. Default right.</summary>
    public Side PaddingSide { get; init; } = Side.Right;

    /// <summary>The end where texts are cut. Default right.</summary>
    public Side TruncationSide { get; init; } = Side.Right;

    /// <summary>The type id of padding. Default 0.</summary>
    public int PaddingTypeId { get; init; }

    /// <summary>Whether decoding removes spaces before punctuation. Default false.</summary>
    public bool CleanUpTokenizationSpaces { get; init; }

    /// <summary>The special tokens by what they are for.</summary>
    public SpecialTokens SpecialTokens { get; init; } = new();

    /// <summary>The object that the settings were read from, whose other fields are written back as they were.</summary>
    internal JsonElement? Source { get; init; }

    /// <summary>The special tokens that the folder describes with their flags, by their text.</summary>
    internal IReadOnlyDictionary<string, AddedToken> Described { get; init; } = new Dictionary<string, AddedToken>();

    /// <summary>Whether the folder's <c>special_tokens_map.json</c> had a token as an object, by what it is for and its text.</summary>
    private Dictionary<(string Name, string Token), bool?> MapForms { get; init; } = [];

    /// <summary>Reads the settings of a folder; files that are not there leave the defaults.</summary>
    internal static TokenizerSettings Read(string folder)
    {
        JsonFields? config = Open(folder, ConfigFile), map = Open(folder, SpecialTokensFile);
        if (config is null && map is null)
            return new TokenizerSettings();
        TokenizerSettings settings = new()
        {
            Described = DescribedTokens(config, map),
            MapForms = FormsOf(map),
            SpecialTokens = new SpecialTokens
            {
                Beginning = Token(config, map, "bos_token"),
                End = Token(config, map, "eos_token"),
                Unknown = Token(config, map, "unk_token"),
                Separator = Token(config, map, "sep_token"),
                Padding = Token(config, map, "pad_token"),
                Classification = Token(config, map, "cls_token"),
                Mask = Token(config, map, "mask_token"),
                Additional = Additional(config, "additional_special_tokens") ?? Additional(config, ExtraTokens) ?? Additional(map, "additional_special_tokens") ?? [],
            },
        };
        return config is null ? settings : settings with
        {
            TokenizerClass = config.OptionalString("tokenizer_class"),
            ModelMaximumLength = MaximumLength(config),
            PaddingSide = SideOf(config, "padding_side"),
            TruncationSide = SideOf(config, "truncation_side"),
            PaddingTypeId = config.Int("pad_token_type_id", absent: 0),
            CleanUpTokenizationSpaces = config.Bool("clean_up_tokenization_spaces", absent: false),
            Source = config.Element.Clone(),
        };
    }

    /// <summary>Reads a JSON object from a file of a folder, or null when there is no such file.</summary>
    internal static JsonFields? Open(string folder, string name)
    {
        string file = Path.Combine(folder, name);
        return File.Exists(file) ? new JsonFields(TokenizerFile.ParseJson(TokenizerFile.ReadBytes(file), file), file, string.Empty) : null;
    }

    private static string? Token(JsonFields? config, JsonFields? map, string name) => Token(config, name) ?? Token(map, name);

    private static string? Token(JsonFields? fields, string name) =>
        fields?.Value(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? fields.Object(name).String("content")
        : fields.AsString(value, fields.At(name));

    private static Dictionary<(string Name, string Token), bool?> FormsOf(JsonFields? map)
    {
        Dictionary<(string, string), bool?> forms = [];
        if (map is null)
            return forms;
        foreach (JsonProperty property in map.Element.EnumerateObject())
        {
            foreach (JsonElement item in property.Value.ValueKind == JsonValueKind.Array ? [.. property.Value.EnumerateArray()] : new[] { property.Value })
            {
                if (item.ValueKind == JsonValueKind.String)
                    forms[(map.NameOf(property), map.AsString(item, map.At(property.Name)))] = false;
                else if (item.ValueKind == JsonValueKind.Object && item.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String)
                    forms[(map.NameOf(property), map.AsString(content, map.At(property.Name)))] = true;
            }
        }
        return forms;
    }

    private static Dictionary<string, AddedToken> DescribedTokens(JsonFields? config, JsonFields? map)
    {
        string[] names = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token", "additional_special_tokens"];
        Dictionary<string, AddedToken> tokens = new(StringComparer.Ordinal);
        foreach (JsonFields fields in new[] { map, config }.OfType<JsonFields>())
        {
            foreach (string name in names)
            {
                if (fields.Value(name) is not { } value)
                    continue;
                IEnumerable<JsonFields> described = value.ValueKind switch
                {
                    JsonValueKind.Object => [fields.Object(name)],
                    JsonValueKind.Array => fields.Array(name).Where(static item => item.Element.ValueKind == JsonValueKind.Object)
                        .Select(item => new JsonFields(item.Element, fields.File, item.Path)),
                    _ => [],
                };
                foreach (JsonFields item in described)
                {
                    AddedToken token = AddedToken.Read(item) with { Special = true };
                    tokens[token.Content] = token;
                }
            }
        }
        return tokens;
    }

    private static List<string>? Additional(JsonFields? fields, string name)
    {
        if (fields is null || fields.Value(name) is not { } list || (name == ExtraTokens && list.ValueKind == JsonValueKind.Object))
            return null;
        return [.. fields.Array(name).Select(item => item.Element.ValueKind == JsonValueKind.Object
            ? new JsonFields(item.Element, fields.File, item.Path).String("content")
            : fields.AsString(item.Element, item.Path))];
    }

    /// <summary>Python writes 1e30, as an integer or a float, for "no limit".</summary>
    private static int? MaximumLength(JsonFields config) => config.Value("model_max_length") switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.GetDouble() >= int.MaxValue => null,
        { ValueKind: JsonValueKind.Number } value when value.GetDouble() is >= 1 and var length && length == Math.Floor(length) => (int)length,
        { } value => throw config.Refuse("model_max_length", $"a positive integer was expected, found {JsonFields.Describe(value)}"),
    };

    private static Side SideOf(JsonFields config, string name) => config.OptionalString(name) switch
    {
        null or "right" => Side.Right,
        "left" => Side.Left,
        string other => throw config.Refuse(name, $"\"left\" or \"right\" was expected, found \"{other}\""),
    };

    /// <summary>Writes <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c> in the layout that old and new versions of transformers read.</summary>
    internal void Write(string folder, Tokenizer tokenizer)
    {
        TokenizerFile.WriteJson(Path.Combine(folder, ConfigFile), writer => WriteConfig(writer, tokenizer));
        TokenizerFile.WriteJson(Path.Combine(folder, SpecialTokensFile), writer =>
        {
            writer.WriteStartObject();
            WriteSpecialTokensMap(writer, tokenizer);
            writer.WriteEndObject();
        });
    }

    private void WriteConfig(Utf8JsonWriter writer, Tokenizer tokenizer)
    {
        HashSet<string> replaced = ["added_tokens_decoder", "additional_special_tokens", .. SpecialTokens.Named.Select(static item => item.Name)];
        writer.WriteStartObject();
        writer.WriteStartObject("added_tokens_decoder");
        foreach ((int id, AddedToken token) in tokenizer.AddedTokens)
        {
            writer.WriteStartObject(id.ToString());
            token.WriteFields(writer);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        if (Source is { } source)
        {
            foreach (JsonProperty property in source.EnumerateObject())
            {
                if (property.NameEquals("tokenizer_class") && property.Value.ValueEquals("TokenizersBackend"))
                    writer.WriteString("tokenizer_class", GenericClass);
                else if (property.NameEquals("model_max_length") && ModelMaximumLength is { } maximum)
                    writer.WriteNumber(property.Name, maximum);
                else if (!replaced.Contains(property.Name) && !(property.NameEquals(ExtraTokens) && property.Value.ValueKind == JsonValueKind.Array))
                    property.WriteTo(writer);
            }
            if (TokenizerClass is not null && !source.TryGetProperty("tokenizer_class", out _))
                writer.WriteString("tokenizer_class", TokenizerClass);
            if (ModelMaximumLength is { } added && !source.TryGetProperty("model_max_length", out _))
                writer.WriteNumber("model_max_length", added);
        }
        else
        {
            writer.WriteBoolean("clean_up_tokenization_spaces", CleanUpTokenizationSpaces);
            if (ModelMaximumLength is { } length)
                writer.WriteNumber("model_max_length", length);
            writer.WriteString("tokenizer_class", TokenizerClass ?? GenericClass);
        }
        WriteSpecialTokens(writer);
        writer.WriteEndObject();
    }

    /// <summary>The special tokens as <c>special_tokens_map.json</c> has them: those with flags as objects, the others as texts, or as the folder had them.</summary>
    private void WriteSpecialTokensMap(Utf8JsonWriter writer, Tokenizer tokenizer)
    {
        Dictionary<string, AddedToken> flags = new(StringComparer.Ordinal);
        foreach (AddedToken token in tokenizer.AddedTokens.Values)
            flags.TryAdd(token.Content, token);
        void Write(string name, string content)
        {
            AddedToken token = flags.GetValueOrDefault(content) ?? new AddedToken(content);
            bool isPlain = token with { Special = false } == new AddedToken(content);
            if (MapForms.GetValueOrDefault((name, content)) is { } wasObject ? !wasObject : isPlain)
            {
                writer.WriteStringValue(content);
                return;
            }
            writer.WriteStartObject();
            token.WriteFlags(writer);
            writer.WriteEndObject();
        }
        const string Additional = "additional_special_tokens";
        if (SpecialTokens.Additional.Count > 0)
        {
            writer.WriteStartArray(Additional);
            foreach (string token in SpecialTokens.Additional)
                Write(Additional, token);
            writer.WriteEndArray();
        }
        foreach ((string name, string token) in SpecialTokens.Named)
        {
            writer.WritePropertyName(name);
            Write(name, token);
        }
    }

    private void WriteSpecialTokens(Utf8JsonWriter writer)
    {
        if (SpecialTokens.Additional.Count > 0)
        {
            writer.WriteStartArray("additional_special_tokens");
            foreach (string token in SpecialTokens.Additional)
                writer.WriteStringValue(token);
            writer.WriteEndArray();
        }
        foreach ((string name, string token) in SpecialTokens.Named)
            writer.WriteString(name, token);
    }
}

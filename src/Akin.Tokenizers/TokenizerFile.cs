using System.Text.Encodings.Web;
using System.Text.Json;
using Akin.Tokenizers.Decoders;
using Akin.Tokenizers.Folders;
using Akin.Tokenizers.Json;
using Akin.Tokenizers.Models;
using Akin.Tokenizers.Normalizers;
using Akin.Tokenizers.PostProcessors;
using Akin.Tokenizers.PreTokenizers;

namespace Akin.Tokenizers;

/// <summary>Reads and writes <c>tokenizer.json</c>, the format of Hugging Face tokenizers (version 1.0).</summary>
internal static class TokenizerFile
{
    private const string Version = "1.0";

    // The reference writes all characters as they are; what HTML would mind is no concern of these files.
    private static readonly JsonWriterOptions Layout = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] ReadBytes(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerFileException(file, string.Empty, problem.Message, problem);
        }
    }

    public static JsonElement ParseJson(ReadOnlyMemory<byte> json, string file)
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        if (json.Span.StartsWith(byteOrderMark))
            json = json[byteOrderMark.Length..];
        try
        {
            return JsonDocument.Parse(json).RootElement;
        }
        catch (JsonException problem)
        {
            throw new TokenizerFileException(file, $"line {problem.LineNumber + 1}", $"not JSON: {problem.Message}", problem);
        }
    }

    public static void WriteJson(string file, Action<Utf8JsonWriter> write)
    {
        using FileStream stream = File.Create(file);
        using Utf8JsonWriter writer = new(stream, Layout);
        write(writer);
    }

    public static Tokenizer Read(ReadOnlyMemory<byte> json, string file, TokenizerSettings settings, string? description = null, TokenizerFolder? folder = null)
    {
        LargeFields? large = LargeFields.TryTake(json, out ReadOnlyMemory<byte> rest);
        JsonFields root = new(ParseJson(rest, file), file, string.Empty);
        if (large is not null && !large.Fit(root.Object("model")))
        {
            large = null;
            root = new JsonFields(ParseJson(json, file), file, string.Empty);
        }
        if (root.OptionalString("version") is { } version && version != Version)
            throw root.Refuse("version", $"the version \"{version}\" is not supported; supported: {Version}");
        JsonFields modelFields = root.Object("model");
        modelFields.Large = large;
        Task<Model> reading = Task.Run(() => Model.Read(modelFields)); // with a large vocabulary it takes as long as all the rest
        Normalizer? normalizer = root.OptionalObject("normalizer") is { } n ? Normalizer.Types.Read(n) : null;
        PreTokenizer? preTokenizer = root.OptionalObject("pre_tokenizer") is { } p ? PreTokenizer.Types.Read(p) : null;
        PostProcessor? postProcessor = root.OptionalObject("post_processor") is { } q ? PostProcessor.Types.Read(q) : null;
        Decoder? decoder = root.OptionalObject("decoder") is { } d ? Decoder.Types.Read(d) : null;
        Model model = reading.GetAwaiter().GetResult();
        List<(AddedToken Token, int? Id)> added = ReadAddedTokens(root, model);
        if (folder is not null)
            settings = folder.SettingsFor(model.Vocabulary, added);
        Tokenizer tokenizer = new(model, normalizer, preTokenizer, postProcessor, decoder)
        {
            Description = description,
            DecodedWordEnd = folder?.Class.DecodedWordEnd,
            ModelFile = folder?.Class.ModelName is { } modelName ? folder.Find(modelName) : null,
            StoredTruncation = ReadTruncation(root.OptionalObject("truncation")),
            StoredPadding = ReadPadding(root.OptionalObject("padding")),
            Settings = settings,
            Origin = file,
        };
        tokenizer.TruncationDefinition = root.Value("truncation")?.Clone();
        tokenizer.PaddingDefinition = root.Value("padding")?.Clone();
        tokenizer.AddFromFile(added);
        root.RefuseOthers();
        return tokenizer;
    }

    public static void Write(Utf8JsonWriter writer, Tokenizer tokenizer)
    {
        writer.WriteStartObject();
        writer.WriteString("version", Version);
        WriteOrNull(writer, "truncation", tokenizer.TruncationDefinition);
        WriteOrNull(writer, "padding", tokenizer.PaddingDefinition);
        writer.WriteStartArray("added_tokens");
        foreach ((int id, AddedToken token) in tokenizer.AddedTokens)
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", id);
            token.WriteFields(writer);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        WriteOrNull(writer, "normalizer", tokenizer.Normalizer);
        WriteOrNull(writer, "pre_tokenizer", tokenizer.PreTokenizer);
        WriteOrNull(writer, "post_processor", tokenizer.PostProcessor);
        WriteOrNull(writer, "decoder", tokenizer.Decoder);
        WriteOrNull(writer, "model", tokenizer.Model);
        writer.WriteEndObject();
    }

    private static void WriteOrNull(Utf8JsonWriter writer, string name, TokenizerComponent? component)
    {
        writer.WritePropertyName(name);
        if (component is null)
            writer.WriteNullValue();
        else
            component.Write(writer);
    }

    private static void WriteOrNull(Utf8JsonWriter writer, string name, JsonElement? definition)
    {
        writer.WritePropertyName(name);
        if (definition is { } value)
            value.WriteTo(writer);
        else
            writer.WriteNullValue();
    }

    private static List<(AddedToken Token, int? Id)> ReadAddedTokens(JsonFields root, Model model)
    {
        List<(AddedToken Token, int? Id)> tokens = [];
        if (!root.Has("added_tokens"))
        {
            root.Accept("added_tokens");
            return tokens;
        }
        Dictionary<int, string> seen = [];
        foreach (JsonFields item in root.Objects("added_tokens"))
        {
            int id = item.Int("id");
            AddedToken token = AddedToken.Read(item);
            item.RefuseOthers();
            // A token of the model keeps the model's id, whatever is written here, as in the reference.
            if (model.Vocabulary.TryGetId(token.Content, out int known))
                id = known;
            else if (model.Vocabulary.TryGetToken(id, out string? other))
                throw item.Refuse("id", $"the id {id} of \"{token.Content}\" belongs to the token \"{other}\" of the model");
            if (id > Vocabulary.MaximumId)
                throw item.Refuse("id", $"the id {id} is too large; the largest supported is {Vocabulary.MaximumId}");
            if (seen.TryGetValue(id, out string? earlier))
                throw item.Refuse("id", $"the added tokens \"{earlier}\" and \"{token.Content}\" have the same id {id}");
            seen.Add(id, token.Content);
            tokens.Add((token, id));
        }
        return tokens;
    }

    private static Truncation? ReadTruncation(JsonFields? fields)
    {
        if (fields is null)
            return null;
        Truncation truncation = new(fields.Int("max_length"))
        {
            Strategy = fields.String("strategy") switch
            {
                "LongestFirst" => TruncationStrategy.LongestFirst,
                "OnlyFirst" => TruncationStrategy.OnlyFirst,
                "OnlySecond" => TruncationStrategy.OnlySecond,
                string other => throw fields.Refuse("strategy", $"unknown strategy \"{other}\"; known: LongestFirst, OnlyFirst, OnlySecond"),
            },
            Stride = fields.Int("stride"),
            Side = ReadDirection(fields),
        };
        fields.RefuseOthers();
        return truncation;
    }

    private static Padding? ReadPadding(JsonFields? fields)
    {
        if (fields is null)
            return null;
        JsonElement strategy = fields.Value("strategy") ?? throw fields.Refuse("strategy", "the field is missing");
        int? length = null;
        if (strategy.ValueKind == JsonValueKind.Object)
        {
            JsonFields fixedLength = fields.Object("strategy");
            length = fixedLength.Int("Fixed");
            fixedLength.RefuseOthers();
        }
        else if (fields.AsString(strategy, fields.At("strategy")) != "BatchLongest")
        {
            throw fields.Refuse("strategy", $"\"BatchLongest\" or {{\"Fixed\": length}} was expected, found {JsonFields.Describe(strategy)}");
        }
        Padding padding = new()
        {
            Strategy = length is null ? PaddingStrategy.Longest : PaddingStrategy.MaximumLength,
            Length = length,
            Side = ReadDirection(fields),
            ToMultipleOf = fields.OptionalInt("pad_to_multiple_of"),
            TokenId = fields.Int("pad_id"),
            TypeId = fields.Int("pad_type_id"),
            Token = fields.String("pad_token"),
        };
        fields.RefuseOthers();
        return padding;
    }

    private static Side ReadDirection(JsonFields fields) => fields.OptionalString("direction") switch
    {
        null or "Right" => Side.Right,
        "Left" => Side.Left,
        string other => throw fields.Refuse("direction", $"\"Left\" or \"Right\" was expected, found \"{other}\""),
    };
}

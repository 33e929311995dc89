using System.Text.Json;
using Akin.Tokenizers.Json;

namespace Akin.Tokenizers.Models;

/// <summary>Cuts a piece (a word, mostly) into tokens of its vocabulary.</summary>
public abstract class Model : TokenizerComponent
{
    internal static ComponentTypes<Model> Types { get; } = new("model")
    {
        { "BPE", BPE.Read },
        { "Unigram", Unigram.Read },
        { "WordLevel", WordLevel.Read },
        { "WordPiece", WordPiece.Read },
    };

    /// <summary>The tokens that the model knows; added tokens are not among them.</summary>
    public abstract Vocabulary Vocabulary { get; }

    /// <summary>Whether a piece always gives the same tokens.</summary>
    internal virtual bool IsRepeatable => true;

    /// <summary>Cuts a piece into tokens.</summary>
    /// <param name="piece">The piece, well-formed UTF-16.</param>
    /// <param name="tokens">Where the tokens are added.</param>
    /// <exception cref="TokenizerException">The piece is unknown and the vocabulary has no token for that.</exception>
    public abstract void Tokenize(ReadOnlySpan<char> piece, List<ModelToken> tokens);

    /// <summary>Reads the model of a <c>tokenizer.json</c>.</summary>
    internal static Model Read(JsonFields fields) => Types.Read(fields, TypeOf(fields, fields.Large));

    /// <summary>The type of a model, which files of before 2021 may leave out; null when nothing tells it.</summary>
    internal static string? TypeOf(JsonFields fields, LargeFields? large) => fields.OptionalString("type")
        ?? (fields.Has("merges") || large is { HasMerges: true } ? "BPE"
            : fields.Has("unk_id") ? "Unigram"
            : fields.Has("max_input_chars_per_word") ? "WordPiece"
            : fields.Has("vocab") || large is not null ? "WordLevel"
            : null);

    /// <summary>The fields whose content the model itself keeps in a smaller form; <see cref="WriteLargeFields"/> writes them.</summary>
    private protected virtual IReadOnlyList<string> LargeFields { get; } = ["vocab"];

    /// <summary>Writes the large fields as <c>tokenizer.json</c> has them.</summary>
    private protected virtual void WriteLargeFields(Utf8JsonWriter writer) => Vocabulary.Write(writer, "vocab");

    internal override void Keep(JsonElement definition) => Definition = WithoutLargeFields(definition);

    internal override void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (Definition is { } definition)
        {
            foreach (JsonProperty property in definition.EnumerateObject())
                property.WriteTo(writer);
        }
        else
        {
            writer.WriteString("type", Type);
            WriteFields(writer);
        }
        WriteLargeFields(writer);
        writer.WriteEndObject();
    }

    /// <summary>The fields of the model but the large ones, so that the file's text need not stay in memory.</summary>
    private JsonElement WithoutLargeFields(JsonElement model)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            foreach (JsonProperty property in model.EnumerateObject())
            {
                if (!LargeFields.Any(property.NameEquals))
                    property.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        return JsonDocument.Parse(stream.GetBuffer().AsMemory(0, (int)stream.Length)).RootElement;
    }
}

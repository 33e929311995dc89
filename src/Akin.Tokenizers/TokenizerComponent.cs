using System.Text.Json;

namespace Akin.Tokenizers;

/// <summary>
/// One stage of a tokenizer: an object of <c>tokenizer.json</c> with a <c>type</c>. Components are immutable and safe for use by several threads.
/// </summary>
public abstract class TokenizerComponent
{
    /// <summary>The name of the component in <c>tokenizer.json</c>.</summary>
    public abstract string Type { get; }

    /// <summary>The object that the component was read from, which is written back as it was; null for one made in code.</summary>
    private protected JsonElement? Definition { get; set; }

    /// <summary>Remembers the object that the component was read from.</summary>
    internal virtual void Keep(JsonElement definition) => Definition = definition.Clone();

    /// <summary>Writes the component as an object of <c>tokenizer.json</c>.</summary>
    /// <param name="writer">Where to.</param>
    internal virtual void Write(Utf8JsonWriter writer)
    {
        if (Definition is { } definition)
        {
            definition.WriteTo(writer);
            return;
        }
        writer.WriteStartObject();
        writer.WriteString("type", Type);
        WriteFields(writer);
        writer.WriteEndObject();
    }

    /// <summary>Writes the fields other than <c>type</c>.</summary>
    private protected virtual void WriteFields(Utf8JsonWriter writer)
    {
    }
}

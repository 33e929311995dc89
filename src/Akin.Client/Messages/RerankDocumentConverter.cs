using System.Text.Json;
using System.Text.Json.Serialization;

namespace Akin.Client.Messages;

/// <summary>Reads and writes <see cref="RerankDocument"/>. Fields beside <c>text</c> are passed over: clients send whole records.</summary>
public sealed class RerankDocumentConverter : JsonConverter<RerankDocument>
{
    /// <inheritdoc/>
    public override RerankDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new RerankDocument(reader.GetString()!);
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A document is a string or an object with a text.");
        }

        string? text = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            bool isText = reader.ValueTextEquals("text"u8);
            reader.Read();
            if (!isText)
            {
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.String)
            {
                text = reader.GetString();
            }
            else
            {
                throw new JsonException("The text of a document is not a string.");
            }
        }

        return new RerankDocument(text ?? throw new JsonException("A document has no text."));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, RerankDocument value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartObject();
        writer.WriteString("text"u8, value.Text);
        writer.WriteEndObject();
    }
}

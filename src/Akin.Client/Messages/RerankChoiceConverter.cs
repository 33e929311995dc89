using System.Text.Json;
using System.Text.Json.Serialization;

namespace Akin.Client.Messages;

/// <summary>Reads and writes <see cref="RerankChoice"/>.</summary>
public sealed class RerankChoiceConverter : JsonConverter<RerankChoice>
{
    /// <inheritdoc/>
    public override RerankChoice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.True => new RerankChoice(true),
        JsonTokenType.False => new RerankChoice(false),
        JsonTokenType.String => new RerankChoice(true, reader.GetString()),
        _ => throw new JsonException("Re-ranking is true, false or the name of a re-ranker."),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, RerankChoice value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        if (value is { IsWanted: true, Model: { } model })
        {
            writer.WriteStringValue(model);
        }
        else
        {
            writer.WriteBooleanValue(value.IsWanted);
        }
    }
}

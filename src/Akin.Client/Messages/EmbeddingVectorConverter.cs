using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Akin.Client.Messages;

/// <summary>Reads and writes <see cref="EmbeddingVector"/> in both of its forms.</summary>
public sealed class EmbeddingVectorConverter : JsonConverter<EmbeddingVector>
{
    /// <inheritdoc/>
    public override EmbeddingVector Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new EmbeddingVector(FromBase64(ref reader), AsBase64: true),
        JsonTokenType.StartArray => new EmbeddingVector(FromNumbers(ref reader)),
        _ => throw new JsonException("A vector is an array of numbers or a base64 string."),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, EmbeddingVector value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ReadOnlySpan<float> floats = value.Values.Span;
        if (!value.AsBase64)
        {
            writer.WriteStartArray();
            foreach (float number in floats)
            {
                writer.WriteNumberValue(number);
            }

            writer.WriteEndArray();
        }
        else if (BitConverter.IsLittleEndian)
        {
            writer.WriteBase64StringValue(MemoryMarshal.AsBytes(floats));
        }
        else
        {
            byte[] bytes = new byte[floats.Length * sizeof(float)];
            for (int i = 0; i < floats.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), floats[i]);
            }

            writer.WriteBase64StringValue(bytes);
        }
    }

    private static float[] FromBase64(ref Utf8JsonReader reader)
    {
        if (!reader.TryGetBytesFromBase64(out byte[]? bytes) || bytes.Length % sizeof(float) != 0)
        {
            throw new JsonException("A vector's string is not the base64 of float32 numbers.");
        }

        float[] floats = new float[bytes.Length / sizeof(float)];
        for (int i = 0; i < floats.Length; i++)
        {
            floats[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        }

        return floats;
    }

    private static float[] FromNumbers(ref Utf8JsonReader reader)
    {
        List<float> floats = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetSingle(out float number))
            {
                throw new JsonException($"Dimension {floats.Count} of a vector is not a float32 number.");
            }

            floats.Add(number);
        }

        return [.. floats];
    }
}

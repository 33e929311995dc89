using System.Runtime.InteropServices;
using System.Text.Json;

namespace Akin.Server.Http;

/// <summary>Writes vectors.</summary>
internal static class EmbeddingJson
{
    /// <summary>Writes a vector as a list of numbers, each with as many digits as tell it apart from every other.</summary>
    public static void WriteNumbers(Utf8JsonWriter json, ReadOnlySpan<float> vector)
    {
        json.WriteStartArray();
        foreach (float number in vector)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a vector as numbers, or as base64 of its little-endian floats.</summary>
    public static void Write(Utf8JsonWriter json, float[] vector, bool asBase64)
    {
        if (asBase64)
        {
            json.WriteBase64StringValue(MemoryMarshal.AsBytes<float>(vector)); // every processor that .NET 10 runs on is little-endian
        }
        else
        {
            WriteNumbers(json, vector);
        }
    }
}

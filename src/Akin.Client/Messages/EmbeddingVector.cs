using System.Text.Json.Serialization;

namespace Akin.Client.Messages;

/// <summary>A vector, on the wire an array of numbers or the base64 of its little-endian float32 bytes.</summary>
/// <param name="Values">The floats.</param>
/// <param name="AsBase64">Whether it is written as base64; either form is read.</param>
[JsonConverter(typeof(EmbeddingVectorConverter))]
public readonly record struct EmbeddingVector(ReadOnlyMemory<float> Values, bool AsBase64 = false);

namespace Akin.Search.Storage;

/// <summary>A document with the vector it is found by.</summary>
/// <param name="Document">The document.</param>
/// <param name="Vector">Its vector `[dimension]`, finite numbers, as the encoder gave it.</param>
public readonly record struct DocumentVector(Document Document, ReadOnlyMemory<float> Vector);

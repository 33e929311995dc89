namespace Akin.Client.Messages;

/// <summary>The vectors of texts.</summary>
/// <param name="Model">The model that made them.</param>
/// <param name="Embeddings">One for each text, in the order of the request.</param>
/// <param name="Usage">What was read.</param>
public sealed record EncodeResponse(string Model, IReadOnlyList<EmbeddingVector> Embeddings, EncodeUsage Usage);

using Microsoft.Extensions.AI;

namespace Akin.Client;

/// <summary>A server's models for programs that know only Microsoft.Extensions.AI.</summary>
public static class EmbeddingGeneratorExtensions
{
    /// <summary>The server as an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>.</summary>
    /// <param name="client">Talks to the server; it stays the caller's.</param>
    /// <param name="settings">Model, prompt and dimensions of every call that does not ask for others; the server's defaults when null.</param>
    public static IEmbeddingGenerator<string, Embedding<float>> AsEmbeddingGenerator(this AkinClient client, EncodeSettings? settings = null) =>
        new RemoteEmbeddingGenerator(client, settings);
}

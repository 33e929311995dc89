using Akin.Client.Messages;
using Microsoft.Extensions.AI;

namespace Akin.Client;

/// <summary>A server's model as programs that know only Microsoft.Extensions.AI want it.</summary>
/// <remarks>
/// Thread-safe, as the client is. Disposing it does nothing: the client stays the caller's.
/// <see cref="IEmbeddingGenerator.GetService"/> gives the <see cref="AkinClient"/> and the <see cref="EmbeddingGeneratorMetadata"/>.
/// </remarks>
public sealed class RemoteEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly AkinClient _client;
    private readonly EncodeSettings _settings;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <param name="client">Talks to the server.</param>
    /// <param name="settings">Model, prompt and dimensions of every call that does not ask for others; the server's defaults when null.</param>
    public RemoteEmbeddingGenerator(AkinClient client, EncodeSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        (_client, _settings) = (client, settings ?? new EncodeSettings());
        _metadata = new EmbeddingGeneratorMetadata("akin", client.Address, _settings.Model, _settings.Dimensions);
    }

    /// <summary>Embeds texts.</summary>
    /// <param name="values">The texts.</param>
    /// <param name="options">Another model or other dimensions than the generator's own.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>An embedding for each text, in order, and the tokens that were read.</returns>
    /// <exception cref="AkinServerException">The server refused; the kind of exception and its problem say why.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        EncodeSettings settings = _settings with { Model = options?.ModelId ?? _settings.Model, Dimensions = options?.Dimensions ?? _settings.Dimensions };
        EncodeResponse answer = await _client.EncodeAsync([.. values], settings, progress: null, cancellationToken).ConfigureAwait(false);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return new GeneratedEmbeddings<Embedding<float>>(answer.Embeddings.Select(vector => new Embedding<float>(vector.Values) { CreatedAt = now, ModelId = answer.Model }))
        {
            Usage = new UsageDetails { InputTokenCount = answer.Usage.Tokens, TotalTokenCount = answer.Usage.Tokens },
        };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_client) ? _client
            : null;
    }

    /// <summary>Does nothing: the client stays the caller's.</summary>
    public void Dispose()
    {
    }
}

using Microsoft.Extensions.AI;

namespace Akin.Pipelines;

/// <summary>A model as programs that know only Microsoft.Extensions.AI want it.</summary>
/// <remarks>
/// Thread-safe, as the model is. Texts are embedded on a thread of the pool, so that a caller that awaits is not held up. Disposing it does nothing: the model stays the caller's.
/// <see cref="IEmbeddingGenerator.GetService"/> gives the <see cref="SentenceTransformer"/> and the <see cref="EmbeddingGeneratorMetadata"/>.
/// </remarks>
public sealed class LocalEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly SentenceTransformer _model;
    private readonly EmbeddingOptions _options;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <param name="model">The model.</param>
    /// <param name="options">Prompt, scale and dimensions of every call that does not ask for others; the model's own when null.</param>
    public LocalEmbeddingGenerator(SentenceTransformer model, EmbeddingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _options) = (model, options ?? EmbeddingOptions.Default);
        _metadata = new EmbeddingGeneratorMetadata("akin", providerUri: null, model.Name, Math.Min(_options.TruncateDimension ?? model.Dimension, model.FullDimension));
    }

    /// <summary>Embeds texts.</summary>
    /// <param name="values">The texts.</param>
    /// <param name="options">
    /// <see cref="EmbeddingGenerationOptions.Dimensions"/> keeps the first dimensions; <see cref="EmbeddingGenerationOptions.ModelId"/>, where given, must be this model's name.
    /// </param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    /// <returns>An embedding for each text, in order, and the tokens that were read.</returns>
    /// <exception cref="ArgumentException">Another model is asked for, or more dimensions than the model has.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] texts = [.. values];
        EmbeddingOptions embedding = OptionsOf(options);
        long tokenCount = 0;
        float[][] vectors = await Task.Run(() => _model.Encode(texts, embedding, progress: null, out tokenCount, cancellationToken), cancellationToken).ConfigureAwait(false);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return new GeneratedEmbeddings<Embedding<float>>(vectors.Select(vector => new Embedding<float>(vector) { CreatedAt = now, ModelId = _model.Name }))
        {
            Usage = new UsageDetails { InputTokenCount = tokenCount, TotalTokenCount = tokenCount },
        };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(_model) ? _model
            : null;
    }

    /// <summary>Does nothing: the model stays the caller's.</summary>
    public void Dispose()
    {
    }

    private EmbeddingOptions OptionsOf(EmbeddingGenerationOptions? options)
    {
        if (options?.ModelId is { } name && name != _model.Name)
        {
            throw new ArgumentException($"This generator's model is '{_model.Name}'; '{name}' was asked for.", nameof(options));
        }

        if (options?.Dimensions is not { } dimensions)
        {
            return _options;
        }

        return dimensions <= _model.FullDimension
            ? _options with { TruncateDimension = dimensions }
            : throw new ArgumentException($"Embeddings of '{_model.Name}' have 1 to {_model.FullDimension} dimensions; {dimensions} were asked for.", nameof(options));
    }
}

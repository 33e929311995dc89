using Akin.Search;
using Akin.Server.Models;

namespace Akin.Server.Batching;

/// <summary>A served model as the encoder of an index: its texts are computed through the queue, beside those of all other requests. Thread-safe.</summary>
/// <param name="queue">The queue.</param>
/// <param name="model">The model; an index keeps the one that it began with.</param>
/// <param name="limits">
/// Makes the limits of a call from its cancellation token: <see cref="RequestLimits.Unhurried"/> for filling an index, <see cref="RequestLimits.Within"/> for searches.
/// </param>
internal sealed class QueuedEncoder(EncodeQueue queue, ServedEncoder model, Func<CancellationToken, RequestLimits> limits) : IEncoder
{
    /// <inheritdoc/>
    public string ModelName => ((IEncoder)model.Model).ModelName;

    /// <inheritdoc/>
    public string? ModelFingerprint => ((IEncoder)model.Model).ModelFingerprint;

    /// <inheritdoc/>
    public int Dimension => model.Dimension;

    /// <inheritdoc/>
    public float[][] Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken) => Encode(texts, "document", cancellationToken);

    /// <inheritdoc/>
    public float[][] EncodeQueries(IReadOnlyList<string> queries, CancellationToken cancellationToken) => Encode(queries, "query", cancellationToken);

    /// <inheritdoc/>
    public float[][] EncodeSentences(IReadOnlyList<string> sentences, CancellationToken cancellationToken) => Encode(sentences, prompt: null, cancellationToken);

    private float[][] Encode(IReadOnlyList<string> texts, string? prompt, CancellationToken cancellationToken)
    {
        EmbeddingShape shape = new() { Prompt = model.PromptOf(prompt, "prompt") };
        return queue.Compute(
            model,
            model.Model.CountLeftOut(shape.Prompt),
            texts.Sum(model.EstimateTokens),
            () => [.. texts.Select((text, i) => new TokenizedText(model.Tokenize(text, shape, i)))],
            limits(cancellationToken));
    }
}

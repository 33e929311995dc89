using Akin.Search;
using Akin.Server.Batching;
using Akin.Server.Models;

namespace Akin.Server.Indexes;

/// <summary>The encoder of an index: its texts are computed through the queue, beside those of all other requests. Thread-safe.</summary>
/// <param name="models">Computes.</param>
/// <param name="queue">The queue.</param>
/// <param name="model">The model; an index keeps the one that it began with.</param>
internal sealed class IndexEncoder(QueuedModels models, EncodeQueue queue, ServedEncoder model)
{
    /// <summary>The same for work that is no request's, and so may make its thread wait.</summary>
    public IEncoder Waiting { get; } = new QueuedEncoder(queue, model, RequestLimits.Unhurried);

    /// <summary>Encodes a question.</summary>
    /// <exception cref="Http.RequestException">The queue is full, or the deadline has passed.</exception>
    public async Task<float[]> EncodeQueryAsync(string query, RequestLimits limits) => (await EncodeAsync([query], "query", limits))[0];

    /// <summary>Encodes documents, or parts of them.</summary>
    /// <returns>One vector for each text, in the order given.</returns>
    /// <exception cref="Http.RequestException">The queue is full, or the deadline has passed.</exception>
    public Task<float[][]> EncodeDocumentsAsync(IReadOnlyList<string> texts, RequestLimits limits) => EncodeAsync(texts, "document", limits);

    private async Task<float[][]> EncodeAsync(IReadOnlyList<string> texts, string prompt, RequestLimits limits) =>
        (await models.EmbedAsync(model, texts, new EmbeddingShape { Prompt = model.PromptOf(prompt, "prompt") }, limits)).Embeddings;
}

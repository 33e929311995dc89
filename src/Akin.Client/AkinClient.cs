using System.Net;
using System.Runtime.CompilerServices;
using Akin.Client.Messages;

namespace Akin.Client;

/// <summary>A server of Akin, typed: encode, re-rank, classify, indexes.</summary>
/// <remarks>
/// Thread-safe; one for a server is enough, and should be kept. Requests that may be sent twice are sent again when the server is busy (429, 503, as its <c>Retry-After</c> says), cannot be
/// reached or does not answer in time; others only when the server has done nothing with them. Errors are <see cref="AkinServerException"/>s of a kind each, and
/// <see cref="AkinConnectionException"/>.
/// </remarks>
public sealed partial class AkinClient : IDisposable
{
    /// <summary>By then a connection is made anew, so that a server that has moved is found.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly HttpClient? _ownHttp;
    private readonly ServerConnection _connection;

    /// <param name="address">Where the server listens, such as <c>http://127.0.0.1:8080</c>.</param>
    /// <param name="options">Key, sizes of requests, retries; <see cref="AkinClientOptions.Default"/> when null.</param>
    public AkinClient(Uri address, AkinClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        Options = Checked(options);
        _ownHttp = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = ConnectionLifetime, AutomaticDecompression = DecompressionMethods.All })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _connection = new ServerConnection(_ownHttp, address, Options);
    }

    /// <param name="http">Sends the requests, with handlers of your own; it stays yours. Its <see cref="HttpClient.Timeout"/> ends attempts that take longer.</param>
    /// <param name="options">Key, sizes of requests, retries; <see cref="AkinClientOptions.Default"/> when null.</param>
    /// <exception cref="ArgumentException">It has no <see cref="HttpClient.BaseAddress"/>.</exception>
    public AkinClient(HttpClient http, AkinClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        Options = Checked(options);
        _connection = new ServerConnection(http, http.BaseAddress ?? throw new ArgumentException("The client needs a BaseAddress: the server's.", nameof(http)), Options);
    }

    /// <summary>Where the server listens.</summary>
    public Uri Address => _connection.Address;

    internal AkinClientOptions Options { get; }

    /// <summary>Encodes texts, split into requests of which several are under way at once.</summary>
    /// <param name="texts">The texts; may be empty.</param>
    /// <param name="settings">Model, prompt, dimensions; the server's defaults when null.</param>
    /// <param name="progress">Told how many texts are done, whenever more are.</param>
    /// <param name="cancellationToken">Stops; requests under way are given up.</param>
    /// <returns>A vector for each text, in order; what was read in all. The model's name is empty where there is no text.</returns>
    /// <exception cref="AkinServerException">The server refused; the kind of exception and its problem say why.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public async Task<EncodeResponse> EncodeAsync(
        IReadOnlyList<string> texts, EncodeSettings? settings = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        List<EmbeddingVector> vectors = new(texts.Count);
        EncodeResponse all = new("", vectors, new EncodeUsage(0, 0));
        await foreach (EncodeResponse batch in BatchesAsync(texts.ToAsyncEnumerable(), settings, cancellationToken).ConfigureAwait(false))
        {
            vectors.AddRange(batch.Embeddings);
            all = all with { Model = batch.Model, Usage = new EncodeUsage(all.Usage.Texts + batch.Usage.Texts, all.Usage.Tokens + batch.Usage.Tokens) };
            progress?.Report(vectors.Count);
        }

        return all;
    }

    /// <summary>Encodes texts as they come. They are read no faster than the server encodes them.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="settings">Model, prompt, dimensions; the server's defaults when null.</param>
    /// <param name="cancellationToken">Stops; requests under way are given up.</param>
    /// <returns>A vector for each text, in order.</returns>
    /// <exception cref="AkinServerException">The server refused; the kind of exception and its problem say why.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<float>> EncodeStreamAsync(
        IAsyncEnumerable<string> texts, EncodeSettings? settings = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        await foreach (EncodeResponse batch in BatchesAsync(texts, settings, cancellationToken).ConfigureAwait(false))
        {
            foreach (EmbeddingVector vector in batch.Embeddings)
            {
                yield return vector.Values;
            }
        }
    }

    /// <summary>Puts documents in the order in which they answer a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="model">The cross-encoder; the server's first one when null.</param>
    /// <param name="topN">How many of the best are wanted; all when null.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Places in <paramref name="documents"/> with their scores, best first.</returns>
    /// <exception cref="AkinServerException">The server refused; the kind of exception and its problem say why.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, string? model = null, int? topN = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        RerankRequest request = new(query, [.. documents.Select(document => new RerankDocument(document))]) { Model = model, TopN = topN };
        return _connection.PostAsync("v1/rerank", request, AkinJson.Wire.RerankRequest, RetrySafety.Always, AkinJson.Wire.RerankResponse, cancellationToken);
    }

    /// <summary>Tells the classes of texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="model">The classifier; the server's first one when null.</param>
    /// <param name="topK">How many of the best labels are wanted for each text; all when null.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>For each text its labels, best first.</returns>
    /// <exception cref="AkinServerException">The server refused; the kind of exception and its problem say why.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public Task<ClassifyResponse> ClassifyAsync(IReadOnlyList<string> texts, string? model = null, int? topK = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ClassifyRequest request = new(texts) { Model = model, TopK = topK };
        return _connection.PostAsync("v1/classify", request, AkinJson.Wire.ClassifyRequest, RetrySafety.Always, AkinJson.Wire.ClassifyResponse, cancellationToken);
    }

    /// <summary>The models of the server.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AkinServerException">The server refused.</exception>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public async Task<IReadOnlyList<ModelCard>> ModelsAsync(CancellationToken cancellationToken = default) =>
        (await _connection.GetAsync("v1/models", AkinJson.Wire.ModelsResponse, cancellationToken).ConfigureAwait(false)).Data;

    /// <summary>Whether the server takes requests now. Asks once.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="AkinConnectionException">The server cannot be reached.</exception>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken = default) =>
        await _connection.StatusAsync("ready", cancellationToken).ConfigureAwait(false) == HttpStatusCode.OK;

    /// <summary>Closes connections. An <see cref="HttpClient"/> of the caller's stays open.</summary>
    public void Dispose() => _ownHttp?.Dispose();

    private static AkinClientOptions Checked(AkinClientOptions? options)
    {
        options ??= AkinClientOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RequestsInFlight, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.DocumentBatchSize, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxRetries, nameof(options));
        return options;
    }

    /// <summary>The answers to the texts' requests, in order. At most so many are under way, or answered and not yet asked for, as the options say.</summary>
    private async IAsyncEnumerable<EncodeResponse> BatchesAsync(
        IAsyncEnumerable<string> texts, EncodeSettings? settings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<Task<EncodeResponse>> underWay = new();
        try
        {
            await foreach (string[] batch in texts.Chunk(Options.BatchSize).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                underWay.Enqueue(EncodeBatchAsync(batch, settings, stop.Token));
                if (underWay.Count == Options.RequestsInFlight)
                {
                    yield return await underWay.Dequeue().ConfigureAwait(false);
                }
            }

            while (underWay.TryDequeue(out Task<EncodeResponse>? next))
            {
                yield return await next.ConfigureAwait(false);
            }
        }
        finally
        {
            // Left early, by an error or by the caller: nobody wants what is still under way.
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll((IEnumerable<Task>)underWay).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<EncodeResponse> EncodeBatchAsync(string[] texts, EncodeSettings? settings, CancellationToken cancellationToken)
    {
        EncodeRequest request = new(texts)
        {
            Model = settings?.Model,
            Prompt = settings?.Prompt,
            Normalize = settings?.Normalize,
            Dimensions = settings?.Dimensions,
            EncodingFormat = "base64",
        };
        EncodeResponse answer = await _connection.PostAsync(
            "v1/encode", request, AkinJson.Wire.EncodeRequest, RetrySafety.Always, AkinJson.Wire.EncodeResponse, cancellationToken).ConfigureAwait(false);
        return answer.Embeddings.Count == texts.Length
            ? answer
            : throw new AkinConnectionException($"{Address} answered {texts.Length} texts with {answer.Embeddings.Count} vectors.");
    }
}

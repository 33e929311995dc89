using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading.Channels;
using Akin.Client.Messages;

namespace Akin.Cli.Load;

/// <summary>Asks a running server for embeddings, as many clients do, and measures how it keeps up.</summary>
/// <remarks>
/// Closed loop: every client asks again as soon as it is answered. Open loop: requests are due at a rate, whatever the server does; a request that waits for a client is late, and its
/// time counts from when it was due (what else is measured is how fast the generator is).
/// </remarks>
internal sealed class LoadRun : IDisposable
{
    /// <summary>Not measured: connections are made, code is compiled.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>The client's end of patience; a server has deadlines of its own.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    private readonly HttpClient _http;
    private readonly byte[][] _bodies;
    private readonly int _textsPerRequest;
    private readonly IReadOnlyList<string> _texts;

    /// <param name="address">The server.</param>
    /// <param name="texts">What is asked for, over and over.</param>
    /// <param name="textsPerRequest">Texts of a request.</param>
    /// <param name="model">The model, or null for the server's first.</param>
    /// <param name="apiKey">The key, or null.</param>
    public LoadRun(Uri address, IReadOnlyList<string> texts, int textsPerRequest, string? model, string? apiKey)
    {
        // Every client has a connection of its own, so none waits for another.
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue }) { BaseAddress = address, Timeout = Timeout };
        if (apiKey is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        }

        _textsPerRequest = textsPerRequest;
        _texts = texts;

        // Written once: what is measured is the server, and it may have to share its cores with this.
        // Requests that follow each other have different texts: equal ones that wait together would be computed once.
        _bodies = [.. Enumerable.Range(0, texts.Count).Select(request => Body([.. Enumerable.Range(0, textsPerRequest).Select(i => TextOf(request, i))], model))];
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Sends the first requests one after the other and checks the answers.</summary>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Floats per vector.</returns>
    /// <exception cref="CommandException">An answer is none: the wrong number of vectors, another width, or numbers that are not finite.</exception>
    public async Task<int> CheckAsync(CancellationToken cancellation)
    {
        const int Most = 32;
        int dimension = 0;
        for (int i = 0; i < Math.Min(Most, _bodies.Length); i++)
        {
            (HttpStatusCode status, byte[] answer) = await PostAsync(_bodies[i], cancellation).ConfigureAwait(false);
            if (status != HttpStatusCode.OK)
            {
                throw new CommandException($"{_http.BaseAddress}v1/embeddings answers {(int)status}: {Beginning(answer)}");
            }

            float[][] vectors = VectorsOf(answer);
            dimension = dimension == 0 && vectors.Length > 0 ? vectors[0].Length : dimension;
            if (vectors.Length != _textsPerRequest || dimension == 0)
            {
                throw new CommandException($"{_http.BaseAddress}v1/embeddings answers {_textsPerRequest} texts with {vectors.Length} vectors.");
            }

            if (vectors.Any(vector => vector.Length != dimension || !Array.TrueForAll(vector, float.IsFinite) || Array.TrueForAll(vector, number => number == 0)))
            {
                throw new CommandException($"{_http.BaseAddress}v1/embeddings answers \"{TextSnippet.Of(TextOf(i, 0), length: 60)}\" with a vector that is not {dimension} finite numbers.");
            }
        }

        return dimension;
    }

    /// <summary>Every client asks again as soon as it is answered.</summary>
    /// <param name="clients">How many.</param>
    /// <param name="duration">How long it is measured, after a warm-up.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<LoadFigures> ClosedAsync(int clients, TimeSpan duration, CancellationToken cancellation)
    {
        Recorder recorder = new(WarmUp, duration);
        int next = 0;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(
            async () =>
            {
                while (!recorder.IsOver)
                {
                    long now = Stopwatch.GetTimestamp();
                    await AskAsync(Interlocked.Increment(ref next), now, recorder, cancellation).ConfigureAwait(false);
                }
            },
            cancellation))).ConfigureAwait(false);
        return recorder.Figures(_textsPerRequest);
    }

    /// <summary>Requests are due at a rate.</summary>
    /// <param name="clients">How many are under way at once, at most.</param>
    /// <param name="perSecond">Requests a second.</param>
    /// <param name="duration">How long it is measured, after a warm-up.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<LoadFigures> OpenAsync(int clients, double perSecond, TimeSpan duration, CancellationToken cancellation)
    {
        Recorder recorder = new(WarmUp, duration);
        Channel<(int Number, long Due)> due = Channel.CreateUnbounded<(int, long)>(new UnboundedChannelOptions { SingleWriter = true });
        Task[] asking = [.. Enumerable.Range(0, clients).Select(_ => Task.Run(
            async () =>
            {
                await foreach ((int number, long time) in due.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
                {
                    await AskAsync(number, time, recorder, cancellation).ConfigureAwait(false);
                }
            },
            cancellation))];
        long start = Stopwatch.GetTimestamp();
        double ticks = Stopwatch.Frequency / perSecond;
        for (int number = 0; !recorder.IsOver;)
        {
            for (long now = Stopwatch.GetTimestamp(); start + (long)(number * ticks) <= now; number++)
            {
                due.Writer.TryWrite((number, start + (long)(number * ticks)));
            }

            await Task.Delay(1, cancellation).ConfigureAwait(false);
        }

        // What is still waiting for a client was due: it is asked, and its time counts.
        due.Writer.Complete();
        await Task.WhenAll(asking).ConfigureAwait(false);
        return recorder.Figures(_textsPerRequest);
    }

    private async Task AskAsync(int number, long due, Recorder recorder, CancellationToken cancellation)
    {
        try
        {
            (HttpStatusCode status, byte[] answer) = await PostAsync(_bodies[(int)((uint)number % (uint)_bodies.Length)], cancellation).ConfigureAwait(false);
            recorder.Answered(due, status, status == HttpStatusCode.OK ? TokensOf(answer) : 0);
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            recorder.Failed(due, error is OperationCanceledException ? "timeout" : "connection");
        }
    }

    private async Task<(HttpStatusCode Status, byte[] Answer)> PostAsync(byte[] body, CancellationToken cancellation)
    {
        using ByteArrayContent content = new(body) { Headers = { ContentType = JsonType } };
        using HttpResponseMessage response = await _http.PostAsync("v1/embeddings", content, cancellation).ConfigureAwait(false);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
    }

    private string TextOf(int request, int place) => _texts[(int)((((long)request * _textsPerRequest) + place) % _texts.Count)];

    private static byte[] Body(string[] texts, string? model) =>
        JsonSerializer.SerializeToUtf8Bytes(model is null ? (object)new { input = texts, encoding_format = "base64" } : new { input = texts, model, encoding_format = "base64" });

    private static float[][] VectorsOf(byte[] answer)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(answer);
            return [.. json.RootElement.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("embedding").Deserialize<EmbeddingVector>().Values.ToArray())];
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new CommandException($"The server answers what is no list of embeddings: {Beginning(answer)}");
        }
    }

    private static string Beginning(byte[] answer) => TextSnippet.Of(System.Text.Encoding.UTF8.GetString(answer), length: 200);

    /// <summary>What the server says it read; 0 where it does not say. Found without reading the vectors.</summary>
    private static long TokensOf(ReadOnlySpan<byte> answer)
    {
        ReadOnlySpan<byte> name = "\"total_tokens\":"u8;
        int at = answer.LastIndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(answer[(at + name.Length)..].TrimStart((byte)' '), out long tokens, out _) ? tokens : 0;
    }

    /// <summary>Collects what happened. Thread-safe.</summary>
    private sealed class Recorder(TimeSpan warmUp, TimeSpan duration)
    {
        private readonly long _begin = Stopwatch.GetTimestamp() + Ticks(warmUp);
        private readonly long _end = Stopwatch.GetTimestamp() + Ticks(warmUp + duration);
        private readonly ConcurrentBag<double> _accepted = [];
        private readonly ConcurrentBag<double> _rejected = [];
        private readonly ConcurrentDictionary<string, long> _errors = [];
        private long _requests;
        private long _tokens;

        public bool IsOver => Stopwatch.GetTimestamp() >= _end;

        public void Answered(long due, HttpStatusCode status, long tokens)
        {
            long now = Stopwatch.GetTimestamp();
            if (status == HttpStatusCode.OK && now >= _begin && now < _end)
            {
                Interlocked.Increment(ref _requests);
                Interlocked.Add(ref _tokens, tokens);
            }

            if (due < _begin || due >= _end)
            {
                return;
            }

            double milliseconds = Stopwatch.GetElapsedTime(due, now).TotalMilliseconds;
            switch (status)
            {
                case HttpStatusCode.OK:
                    _accepted.Add(milliseconds);
                    break;
                case HttpStatusCode.TooManyRequests:
                    _rejected.Add(milliseconds);
                    break;
                default:
                    Failed(due, ((int)status).ToString(CultureInfo.InvariantCulture));
                    break;
            }
        }

        public void Failed(long due, string kind)
        {
            if (due >= _begin && due < _end)
            {
                _errors.AddOrUpdate(kind, 1, (_, count) => count + 1);
            }
        }

        public LoadFigures Figures(int textsPerRequest) =>
            new(duration.TotalSeconds, _requests, _requests * textsPerRequest, _tokens, [.. _accepted.Order()], [.. _rejected.Order()], _errors.ToDictionary());

        private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
    }
}

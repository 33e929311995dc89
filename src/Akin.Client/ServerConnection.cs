using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Akin.Client.Messages;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Akin.Client;

/// <summary>Sends messages and reads answers: retries, deadlines of attempts, and problems as exceptions.</summary>
internal sealed class ServerConnection
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly AkinClientOptions _options;
    private readonly ResiliencePipeline<HttpResponseMessage> _always;
    private readonly ResiliencePipeline<HttpResponseMessage> _ifNotDone;

    public ServerConnection(HttpClient http, Uri address, AkinClientOptions options)
    {
        (_http, _options) = (http, options);

        // Routes are relative: without the slash they would replace the last part of a path that the server lies under.
        _address = address.AbsolutePath.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
        _always = PipelineOf(RetrySafety.Always);
        _ifNotDone = PipelineOf(RetrySafety.IfNotDone);
    }

    public Uri Address => _address;

    public Task<TAnswer> GetAsync<TAnswer>(string route, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, route, body: null, RetrySafety.Always, answer, cancellationToken);

    public Task<TAnswer> PostAsync<TMessage, TAnswer>(
        string route, TMessage message, JsonTypeInfo<TMessage> type, RetrySafety safety, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, route, JsonSerializer.SerializeToUtf8Bytes(message, type), safety, answer, cancellationToken);

    /// <summary>Sends a request whose answer has no body.</summary>
    public async Task DeleteAsync(string route, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Delete, route, body: null, RetrySafety.IfNotDone, cancellationToken).ConfigureAwait(false);
        await RequireSuccessAsync(response, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The status of an answer, whatever it is.</summary>
    public async Task<HttpStatusCode> StatusAsync(string route, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(_options.AttemptTimeout);
        try
        {
            using HttpRequestMessage request = RequestOf(HttpMethod.Get, route, body: null);
            using HttpResponseMessage response = await _http.SendAsync(request, deadline.Token).ConfigureAwait(false);
            return response.StatusCode;
        }
        catch (Exception error) when (IsOfTheConnection(error, cancellationToken))
        {
            throw Unreachable(error);
        }
    }

    private async Task<TAnswer> AskAsync<TAnswer>(
        HttpMethod method, string route, byte[]? body, RetrySafety safety, JsonTypeInfo<TAnswer> answer, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(method, route, body, safety, cancellationToken).ConfigureAwait(false);
        await RequireSuccessAsync(response, cancellationToken).ConfigureAwait(false);
        try
        {
            // The whole answer is here already: an attempt ends with its last byte.
            using Stream content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(content, answer, cancellationToken).ConfigureAwait(false)
                ?? throw new AkinConnectionException($"{method} {UriOf(route)} was answered with null.");
        }
        catch (JsonException error)
        {
            throw new AkinConnectionException($"{method} {UriOf(route)} was answered with what is no {typeof(TAnswer).Name}: is it an Akin server? {error.Message}", error);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string route, byte[]? body, RetrySafety safety, CancellationToken cancellationToken)
    {
        try
        {
            return await (safety == RetrySafety.Always ? _always : _ifNotDone).ExecuteAsync(
                async attempt =>
                {
                    using HttpRequestMessage request = RequestOf(method, route, body);
                    return await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, attempt).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (IsOfTheConnection(error, cancellationToken))
        {
            throw Unreachable(error);
        }
    }

    private HttpRequestMessage RequestOf(HttpMethod method, string route, byte[]? body)
    {
        HttpRequestMessage request = new(method, UriOf(route));
        if (_options.ApiKey is { } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = Json } };
        }

        return request;
    }

    private Uri UriOf(string route) => new(_address, route);

    private AkinConnectionException Unreachable(Exception error) => error is TimeoutRejectedException or OperationCanceledException
        ? new AkinConnectionException($"{_address} did not answer within {_options.AttemptTimeout.TotalSeconds:0.##} seconds.", error)
        : new AkinConnectionException($"{_address} cannot be reached: {error.Message}", error);

    private static bool IsOfTheConnection(Exception error, CancellationToken cancellationToken) =>
        error is HttpRequestException or IOException or TimeoutRejectedException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private ResiliencePipeline<HttpResponseMessage> PipelineOf(RetrySafety safety)
    {
        ResiliencePipelineBuilder<HttpResponseMessage> builder = new();
        if (_options.MaxRetries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = _options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = _options.RetryDelay,
                MaxDelay = _options.MaxRetryDelay,
                ShouldHandle = attempt => ValueTask.FromResult(MayRetry(attempt.Outcome, safety)),
                DelayGenerator = attempt => ValueTask.FromResult(attempt.Outcome.Result is { } response && RetryAfterOf(response) is { } wait
                    ? TimeSpan.FromTicks(Math.Min(wait.Ticks, _options.MaxRetryDelay.Ticks))
                    : (TimeSpan?)null),
            });
        }

        return builder.AddTimeout(_options.AttemptTimeout).Build();
    }

    /// <remarks>429 and 503 say that nothing was done; 502 and 504 say that nobody knows, and a server that is late is not helped by more of the same.</remarks>
    private static bool MayRetry(Outcome<HttpResponseMessage> outcome, RetrySafety safety) => outcome switch
    {
        { Result.StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable } => true,
        { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } } => true,
        { Exception: HttpRequestException or IOException or TimeoutRejectedException } => safety == RetrySafety.Always,
        _ => false,
    };

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response)
    {
        TimeSpan? wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - DateTimeOffset.UtcNow,
            _ => null,
        };
        return wait is { } time && time < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static async Task RequireSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        HttpStatusCode status = response.StatusCode;
        Problem? problem = await ProblemOfAsync(response, cancellationToken).ConfigureAwait(false);
        string message = (problem?.Detail ?? problem?.Title) is { } reason
            ? reason
            : $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri} was answered with {(int)status} {response.ReasonPhrase}.";
        throw status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new AkinAccessException(status, problem, message),
            HttpStatusCode.NotFound => new AkinNotFoundException(status, problem, message),
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => new AkinBusyException(status, problem, message, RetryAfterOf(response)),
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => new AkinRequestException(status, problem, message),
            _ => new AkinServerException(status, problem, message),
        };
    }

    private static async Task<Problem?> ProblemOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not (Problem.ContentType or "application/json"))
        {
            return null;
        }

        try
        {
            using Stream content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(content, AkinJson.Wire.Problem, cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return null; // what something between client and server wrote
        }
    }
}

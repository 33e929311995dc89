using System.Diagnostics;
using System.Text.Json;
using Akin.Server.Batching;
using Akin.Server.Hosting;
using Akin.Server.Security;
using Akin.Server.Telemetry;

namespace Akin.Server.Http;

/// <summary>
/// What every request passes: it is refused while the server stops or is not ready, or without the right key; what a route throws becomes an answer in
/// the client's own shape; and it is measured.
/// </summary>
internal sealed class RequestGate(RequestDelegate next, ServerLifecycle lifecycle, ApiKeys keys, ServerMetrics metrics, AkinServerOptions options, ILogger<RequestGate> log)
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(2);

    public async Task InvokeAsync(HttpContext context)
    {
        long start = Stopwatch.GetTimestamp();
        context.Features.Set(RequestLimits.Within(TimeSpan.FromSeconds(options.DeadlineSeconds), context.RequestAborted));
        bool isTaken = lifecycle.TryEnter();
        try
        {
            await AnswerAsync(context, isTaken).ConfigureAwait(false);
        }
        finally
        {
            if (isTaken)
            {
                lifecycle.Leave();
            }

            metrics.RequestAnswered((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "other", context.Response.StatusCode, Stopwatch.GetElapsedTime(start));
        }
    }

    private async Task AnswerAsync(HttpContext context, bool isTaken)
    {
        try
        {
            AccessRole required = RequiredAccess.Of(context);
            RequireTaken(context, isTaken, required);
            RequireRole(context, required);
            await next(context).ConfigureAwait(false);
            if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentLength: null, ContentType: null })
            {
                await ErrorFormat.Of(context).WriteAsync(context, OfRouting(context)).ConfigureAwait(false);
            }
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest; // nobody reads it; it is counted
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            await ErrorFormat.Of(context).WriteAsync(context, Explain(context, error)).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Log.BrokenOff(log, error, context.Request.Path);
            context.Abort(); // the client must not take half an answer for a whole one
        }
    }

    /// <summary>Health can always be asked for; everything else only between start and stop.</summary>
    private void RequireTaken(HttpContext context, bool isTaken, AccessRole required)
    {
        if (!isTaken)
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.Connection = "close";
                return Task.CompletedTask;
            });
        }

        if (required != AccessRole.Anybody && (!isTaken || !lifecycle.IsReady))
        {
            string reason = isTaken ? "The server is still loading its models." : "The server is about to stop and takes no more requests.";
            throw new RequestException(StatusCodes.Status503ServiceUnavailable, reason) { RetryAfter = StartPatience };
        }
    }

    private void RequireRole(HttpContext context, AccessRole required)
    {
        if (required == AccessRole.Anybody)
        {
            return;
        }

        AccessRole role = keys.RoleOf(context.Request);
        if (role == AccessRole.Anybody)
        {
            throw new RequestException(StatusCodes.Status401Unauthorized, "A valid API key is needed: Authorization: Bearer KEY.") { Code = "invalid_api_key" };
        }

        if (role < required)
        {
            throw new RequestException(StatusCodes.Status403Forbidden, "This API key may read, but not write.") { Code = "insufficient_permissions" };
        }
    }

    /// <summary>What routing itself has answered: there is no such path, or not with this method.</summary>
    private static RequestException OfRouting(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new RequestException(StatusCodes.Status404NotFound, "There is no such path; GET /openapi.json lists them."),
        StatusCodes.Status405MethodNotAllowed => new RequestException(StatusCodes.Status405MethodNotAllowed, $"This path does not answer {context.Request.Method}."),
        int status => new RequestException(status, "The request cannot be answered."),
    };

    private RequestException Explain(HttpContext context, Exception error)
    {
        switch (error)
        {
            case RequestException refused:
                return refused;
            case BadHttpRequestException bad:
                return new RequestException(bad.StatusCode, bad.Message);
            case JsonException json:
                return new RequestException(StatusCodes.Status400BadRequest, JsonProblem.Describe(json));
            default:
                Log.Failed(log, error, context.Request.Path);
                return new RequestException(StatusCodes.Status500InternalServerError, "The server failed at this request; its log says why.");
        }
    }
}

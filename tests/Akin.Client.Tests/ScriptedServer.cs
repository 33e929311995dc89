using System.Collections.Concurrent;
using System.Text.Json;
using Akin.Client.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Akin.Client.Tests;

/// <summary>A web server on loopback that does to requests what a test wants: what a real server does only under load, or when it breaks.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _web;

    private ScriptedServer(WebApplication web) => _web = web;

    public Uri Address => new(_web.Urls.Single());

    /// <summary>Method and path of every request, in the order they came.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public static async Task<ScriptedServer> StartAsync(Func<HttpContext, int, Task> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        ScriptedServer server = new(builder.Build());
        server._web.Run(context =>
        {
            int number = server.Requests.Count;
            server.Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
            return answer(context, number);
        });
        await server._web.StartAsync();
        return server;
    }

    /// <summary>Encodes each text as its length, as a server would.</summary>
    public static async Task EncodeAsync(HttpContext context)
    {
        EncodeRequest request = (await JsonSerializer.DeserializeAsync(context.Request.Body, AkinJson.Wire.EncodeRequest))!;
        EmbeddingVector[] vectors = [.. request.Texts.Select(text => new EmbeddingVector(new float[] { text.Length, 1 }, request.EncodingFormat == "base64"))];
        EncodeResponse response = new(request.Model ?? "lengths", vectors, new EncodeUsage(vectors.Length, request.Texts.Sum(text => text.Length)));
        await context.Response.WriteAsJsonAsync(response, AkinJson.Wire.EncodeResponse);
    }

    public static async Task RefuseAsync(HttpContext context, int status, Problem problem, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        await context.Response.WriteAsJsonAsync(problem, AkinJson.Wire.Problem, Problem.ContentType);
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();
}

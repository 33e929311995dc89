using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;

namespace Akin.Server.Tests;

/// <summary>A server on a free port of the loopback interface, with the model that comes with Akin unless a test says otherwise.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningServer(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Urls.First());
        Client = new HttpClient { BaseAddress = Address };
    }

    /// <summary>The folder of the model that comes with Akin.</summary>
    public static string BundledModel { get; } = Path.Combine(Repository.Root, "models", "akin-mini-ko-zh-en");

    public Uri Address { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a server and waits until it is ready.</summary>
    public static async Task<RunningServer> StartAsync(Action<AkinServerOptions>? configure = null)
    {
        AkinServerOptions options = new() { Urls = "http://127.0.0.1:0", DefaultModel = BundledModel };
        configure?.Invoke(options);
        WebApplication app = AkinServer.Build(options);
        await AkinServer.StartAsync(app);
        return new RunningServer(app);
    }

    /// <summary>Sends JSON and gives the status and the answer.</summary>
    public async Task<(HttpResponseMessage Response, JsonElement Body)> PostAsync(string path, string json)
    {
        using StringContent content = new(json, Encoding.UTF8, "application/json");
        HttpResponseMessage response = await Client.PostAsync(path, content);
        return (response, await ReadAsync(response));
    }

    /// <summary>Asks for something and gives the status and the answer.</summary>
    public async Task<(HttpResponseMessage Response, JsonElement Body)> GetAsync(string path)
    {
        HttpResponseMessage response = await Client.GetAsync(path);
        return (response, await ReadAsync(response));
    }

    public Task<bool> StopAsync() => AkinServer.StopAsync(_app);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await AkinServer.StopAsync(_app);
        await _app.DisposeAsync();
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync();
        using JsonDocument document = JsonDocument.Parse(text.Length == 0 ? "null" : text);
        return document.RootElement.Clone();
    }
}

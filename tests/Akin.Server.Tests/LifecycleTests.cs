using System.Net;
using System.Text;
using System.Text.Json;
using Akin.Server.Hosting;

namespace Akin.Server.Tests;

public class LifecycleTests
{
    [Fact]
    public async Task Drain_WithRequestsInProgress_WaitsForThemAndTakesNoMore()
    {
        ServerLifecycle lifecycle = new();
        Assert.True(lifecycle.TryEnter());
        Assert.True(lifecycle.TryEnter());
        Task<bool> drained = lifecycle.DrainAsync(TimeSpan.FromSeconds(30));
        Assert.False(lifecycle.TryEnter());
        lifecycle.Leave();
        Assert.False(drained.IsCompleted);
        lifecycle.Leave();
        Assert.True(await drained);
    }

    [Fact]
    public async Task Drain_WithARequestThatDoesNotEnd_GivesUp()
    {
        ServerLifecycle lifecycle = new();
        Assert.True(lifecycle.TryEnter());
        Assert.False(await lifecycle.DrainAsync(TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public async Task Server_ThatIsToStop_AnswersWhatItAcceptedAndRefusesTheRestWith503()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        string[] texts = [.. Enumerable.Range(0, 300).Select(i => $"{i} " + string.Concat(Enumerable.Repeat("how do I return a parcel? ", 20)))];
        Task<(HttpResponseMessage Response, JsonElement Body)> accepted = server.PostAsync("/v1/encode", JsonSerializer.Serialize(new { texts, dimensions = 1 }));
        ServerLifecycle lifecycle = (ServerLifecycle)server.Services.GetService(typeof(ServerLifecycle))!;
        while (lifecycle.RequestCount == 0)
        {
            await Task.Delay(1);
        }

        Task<bool> stopped = server.StopAsync();
        using StringContent content = new("""{"texts":"late"}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage late = await server.Client.PostAsync("/v1/encode", content);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
        Assert.True(late.Headers.ConnectionClose);
        Assert.NotNull(late.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Client.GetAsync("/ready")).StatusCode);
        Assert.Equal(300, (await accepted).Body.GetProperty("embeddings").GetArrayLength());
        Assert.True(await stopped);
    }
}

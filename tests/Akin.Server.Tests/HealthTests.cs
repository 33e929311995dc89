using System.Net;
using System.Text.Json;

namespace Akin.Server.Tests;

public class HealthTests
{
    [Theory]
    [InlineData("/health", "ok")]
    [InlineData("/ready", "ready")]
    public async Task Health_OfAServerThatIsReady_IsOk(string path, string status)
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (HttpResponseMessage response, JsonElement body) = await server.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(status, body.GetProperty("status").GetString());
    }

    [Fact]
    public async Task UnknownPath_Asked_IsAProblemThatSaysWhereToLook()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        (HttpResponseMessage response, JsonElement body) = await server.GetAsync("/nothing");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("/openapi.json", body.GetProperty("detail").GetString());
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Akin.Server.Tests;

/// <summary>What hostile and broken clients get: a status and a reason; and the others their answers.</summary>
public sealed class LimitTests(LimitTests.SmallLimits fixture) : IClassFixture<LimitTests.SmallLimits>
{
    private const string Good = """{"texts":"hello"}""";

    [Theory]
    [InlineData("""{"texts":""", 400, "not valid JSON")]
    [InlineData("""[1]""", 400, "must be a JSON object")]
    [InlineData("""{"texts":["a"],"dimensions":NaN}""", 400, "not valid JSON")]
    [InlineData("""{"texts":["a"],"dimensions":Infinity}""", 400, "not valid JSON")]
    [InlineData("""{"texts":["a"],"dimensions":1e400}""", 400, "whole number")]
    [InlineData("""{"texts":["a"],"texts":["b"]}""", 400, "same field twice")]
    [InlineData("""{"texts":["a"],"text":["b"]}""", 400, "no field 'text'")]
    [InlineData("""{"texts":[[[[[[[["a"]]]]]]]]}""", 400, "nested too deeply")]
    [InlineData("""{"texts":["a","b","c","d","e"]}""", 413, "may have 4")]
    [InlineData("""{"texts":"0123456789012345678901234567890123456789"}""", 413, "may have 32")]
    [InlineData("""{"texts":null}""", 400, "missing")]
    [InlineData("""{"texts":"a","prompt":"poem"}""", 400, "query, document")]
    [InlineData("", 400, "not valid JSON")]
    public async Task Body_ThatCannotBeTaken_IsAProblemWithAReasonThatQuotesNoText(string json, int status, string reason)
    {
        (HttpResponseMessage response, JsonElement body) = await fixture.Server.PostAsync("/v1/encode", json);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(status, body.GetProperty("status").GetInt32());
        Assert.Contains(reason, body.GetProperty("detail").GetString());
        Assert.DoesNotContain("01234", body.GetRawText());
    }

    [Fact]
    public async Task Body_ThatIsTooLong_IsRefusedBeforeItIsRead()
    {
        (HttpResponseMessage response, JsonElement body) = await fixture.Server.PostAsync("/v1/encode", $$"""{"texts":"{{new string('a', 5000)}}"}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.NotEmpty(body.GetProperty("detail").GetString()!);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Body_OfAnotherType_IsRefused(string type)
    {
        using StringContent content = new(Good, Encoding.UTF8, type);
        using HttpResponseMessage response = await fixture.Server.Client.PostAsync("/v1/encode", content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Contains("application/json", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Body_ThatIsNotUtf8_IsRefused()
    {
        using ByteArrayContent content = new([.. "{\"texts\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");
        using HttpResponseMessage response = await fixture.Server.Client.PostAsync("/v1/encode", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Method_ThatAPathDoesNotHave_Is405()
    {
        (HttpResponseMessage response, JsonElement body) = await fixture.Server.GetAsync("/v1/encode");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Contains("GET", body.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Headers_ThatComeTooSlowly_AreAnswered408WhileOthersAreServed()
    {
        using TcpClient slow = await ConnectAsync();
        await slow.GetStream().WriteAsync("POST /v1/encode HTTP/1.1\r\nHost: a\r\nX-Slow: "u8.ToArray());
        await RequireServedAsync();
        Assert.Contains(" 408 ", await ReadAsync(slow));
    }

    [Fact]
    public async Task Body_ThatComesTooSlowly_IsAnswered408WhileOthersAreServed()
    {
        using TcpClient slow = await ConnectAsync();
        await slow.GetStream().WriteAsync("POST /v1/encode HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"texts\":"u8.ToArray());
        await RequireServedAsync();
        Assert.Contains(" 408 ", await ReadAsync(slow));
    }

    [Theory]
    [InlineData("GET  HTTP/1.1\r\n\r\n")]
    [InlineData("BREW /v1/encode HTTP/9.9\r\nHost: a\r\n\r\n")]
    [InlineData("POST /v1/encode HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("POST /v1/encode HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public async Task Bytes_ThatAreNotARequest_AreRefusedWhileOthersAreServed(string bytes)
    {
        using TcpClient client = await ConnectAsync();
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(bytes));
        await RequireServedAsync();
        Assert.Matches("^HTTP/1.1 (4|505)", await ReadAsync(client));
    }

    private async Task<TcpClient> ConnectAsync()
    {
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, fixture.Server.Address.Port);
        return client;
    }

    private static async Task<string> ReadAsync(TcpClient client)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        byte[] buffer = new byte[4096];
        int read = await client.GetStream().ReadAsync(buffer, patience.Token);
        return Encoding.ASCII.GetString(buffer, 0, read);
    }

    private async Task RequireServedAsync()
    {
        (HttpResponseMessage response, _) = await fixture.Server.PostAsync("/v1/encode", Good);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>A server whose limits a test reaches quickly.</summary>
    public sealed class SmallLimits : IAsyncLifetime
    {
        internal RunningServer Server { get; private set; } = null!;

        /// <inheritdoc/>
        public async Task InitializeAsync() => Server = await RunningServer.StartAsync(options =>
        {
            options.MaxBodyBytes = 4096;
            options.MaxTexts = 4;
            options.MaxTextLength = 32;
            options.MaxJsonDepth = 8;
            options.HeaderSeconds = 0.5;
            options.MinBodyBytesPerSecond = 100_000;
        });

        /// <inheritdoc/>
        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}

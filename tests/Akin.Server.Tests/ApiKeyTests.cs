using System.Net;
using System.Text;
using Akin.Server.Security;
using Microsoft.AspNetCore.Http;

namespace Akin.Server.Tests;

public sealed class ApiKeyTests(ApiKeyTests.TwoKeys fixture) : IClassFixture<ApiKeyTests.TwoKeys>
{
    [Theory]
    [InlineData("Authorization", "Bearer reader-key", HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData("Authorization", "Bearer writer-key", HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("Authorization", "Bearer Bearer writer-key", HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("api-key", "reader-key", HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData("x-api-key", "writer-key", HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("Authorization", "Bearer reader-kex", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "reader-key", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "Basic reader-key", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    [InlineData("X-Nothing", "", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    public async Task Key_OfARole_OpensWhatTheRoleMay(string header, string value, HttpStatusCode reading, HttpStatusCode writing)
    {
        using HttpResponseMessage read = await SendAsync("/v1/embeddings", """{"input":"hello"}""", header, value);
        using HttpResponseMessage write = await SendAsync("/v1/models/akin-mini-ko-zh-en/reload", "{}", header, value);
        Assert.Equal(reading, read.StatusCode);
        Assert.Equal(writing, write.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await fixture.Server.Client.GetAsync("/health")).StatusCode);
        if (reading == HttpStatusCode.Unauthorized)
        {
            Assert.Equal("Bearer", read.Headers.WwwAuthenticate.ToString());
            Assert.Contains("invalid_api_key", await read.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("secret-key", "ApiKeys[0]")]
    [InlineData("admin:secret-key", "ApiKeys[0]")]
    [InlineData("read:short", "8 or more")]
    public void Setting_ThatIsNoKey_IsRefusedWithoutShowingIt(string entry, string message)
    {
        ServerSettingException refused = Assert.Throws<ServerSettingException>(() => AkinServer.Build(new AkinServerOptions { ApiKeys = [entry] }));
        Assert.Contains(message, refused.Message);
        Assert.DoesNotContain("secret", refused.Message);
    }

    [Fact]
    public void Sender_WhereThereAreNoKeys_MayDoEverything() =>
        Assert.Equal(AccessRole.Writer, ApiKeys.Read(new AkinServerOptions()).RoleOf(new DefaultHttpContext().Request));

    private async Task<HttpResponseMessage> SendAsync(string path, string json, string header, string value)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(header, value);
        return await fixture.Server.Client.SendAsync(request);
    }

    /// <summary>A server with a key in the settings and one in a file.</summary>
    public sealed class TwoKeys : IAsyncLifetime
    {
        internal RunningServer Server { get; private set; } = null!;

        /// <inheritdoc/>
        public async Task InitializeAsync()
        {
            string file = Path.GetTempFileName();
            await File.WriteAllTextAsync(file, "# for the build\n\nwrite:writer-key\n");
            Server = await RunningServer.StartAsync(options =>
            {
                options.ApiKeys = ["read:reader-key"];
                options.ApiKeyFile = file;
            });
            File.Delete(file);
        }

        /// <inheritdoc/>
        public async Task DisposeAsync() => await Server.DisposeAsync();
    }
}

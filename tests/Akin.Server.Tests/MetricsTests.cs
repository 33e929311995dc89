using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Akin.Server.Tests;

public partial class MetricsTests
{
    [Fact]
    public async Task Metrics_AfterRequests_AreInPrometheusFormat()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await server.PostAsync("/v1/encode", """{"texts":["a","b","c"]}""");
        await server.PostAsync("/v1/encode", """{"texts":[]}""");
        string text = await server.Client.GetStringAsync("/metrics");
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches(Line(), line));
        Assert.Contains("""akin_request_duration_seconds_count{route="/v1/encode",status="200"} 1""", lines);
        Assert.Contains("""akin_request_duration_seconds_count{route="/v1/encode",status="400"} 1""", lines);
        Assert.Contains("""akin_request_duration_seconds_bucket{route="/v1/encode",status="200",le="+Inf"} 1""", lines);
        Assert.Contains("""akin_texts_total{model="akin-mini-ko-zh-en"} 3""", lines);
        Assert.Contains("# TYPE akin_batch_tokens histogram", lines);
        Assert.Contains("akin_queue_requests 0", lines);
        Assert.Contains("akin_queue_tokens 0", lines);
    }

    [Fact]
    public async Task Metrics_WithACollector_AreSentToIt()
    {
        TaskCompletionSource<string> received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using WebApplication collector = builder.Build();
        collector.Run(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            received.TrySetResult($"{context.Request.Path} {Encoding.Latin1.GetString(body.ToArray())}");
        });
        await collector.StartAsync();
        await using (RunningServer server = await RunningServer.StartAsync(options => options.OtlpEndpoint = $"{collector.Urls.First()}/v1/metrics"))
        {
            await server.PostAsync("/v1/encode", """{"texts":"a secret"}""");
        }

        string sent = await received.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith("/v1/metrics ", sent);
        Assert.Contains("akin.request.duration", sent);
        Assert.DoesNotContain("secret", sent);
    }

    [GeneratedRegex("""^(# (HELP|TYPE) akin_\w+ .+|akin_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? \S+)$""")]
    private static partial Regex Line();
}

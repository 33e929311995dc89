using System.Collections.Concurrent;
using System.Net;
using Akin.Client.Messages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Akin.Client.Tests;

public class AkinClientTests
{
    private static readonly AkinClientOptions Quick = new() { RetryDelay = TimeSpan.FromMilliseconds(1), BatchSize = 3 };

    private static readonly string[] Texts = [.. Enumerable.Range(1, 20).Select(length => new string('a', length))];

    [Fact]
    public async Task Encode_MoreTextsThanARequestTakes_SplitsThemAndKeepsTheOrder()
    {
        // The first requests are answered last.
        await using ScriptedServer server = await ScriptedServer.StartAsync(async (context, number) =>
        {
            await Task.Delay(number < 2 ? 60 : 0);
            await ScriptedServer.EncodeAsync(context);
        });
        using AkinClient client = new(server.Address, Quick);
        List<int> reports = [];
        EncodeResponse answer = await client.EncodeAsync(Texts, new EncodeSettings { Model = "m" }, new Reports<int>(reports.Add));

        Assert.Equal(Texts.Select(text => (float)text.Length), answer.Embeddings.Select(vector => vector.Values.Span[0]));
        Assert.Equal(("m", 20, 210), (answer.Model, answer.Usage.Texts, answer.Usage.Tokens));
        Assert.Equal([3, 6, 9, 12, 15, 18, 20], reports);
        Assert.Equal(7, server.Requests.Count);
    }

    [Fact]
    public async Task Encode_NoText_AsksNothing()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((context, _) => ScriptedServer.EncodeAsync(context));
        using AkinClient client = new(server.Address, Quick);
        Assert.Empty((await client.EncodeAsync([])).Embeddings);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task EncodeStream_SlowReader_ReadsNoFurtherThanTheRequestsUnderWay()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((context, _) => ScriptedServer.EncodeAsync(context));
        using AkinClient client = new(server.Address, Quick with { BatchSize = 2, RequestsInFlight = 2 });
        int read = 0;
        async IAsyncEnumerable<string> Source()
        {
            await Task.Yield();
            for (int i = 1; i <= 100; i++)
            {
                read++;
                yield return new string('a', i);
            }
        }

        int got = 0;
        await foreach (ReadOnlyMemory<float> vector in client.EncodeStreamAsync(Source()))
        {
            Assert.Equal(++got, vector.Span[0]);
            Assert.InRange(read, got, got + 4);
        }

        Assert.Equal(100, got);
    }

    [Fact]
    public async Task Encode_ServerIsBusy_IsAskedAgainWhenItWants()
    {
        ConcurrentQueue<DateTime> times = new();
        await using ScriptedServer server = await ScriptedServer.StartAsync((context, number) =>
        {
            times.Enqueue(DateTime.UtcNow);
            return number == 0 ? ScriptedServer.RefuseAsync(context, 429, new Problem { Detail = "queue full" }, retryAfter: "1") : ScriptedServer.EncodeAsync(context);
        });
        using AkinClient client = new(server.Address, Quick);
        Assert.Single((await client.EncodeAsync(["a"])).Embeddings);
        DateTime[] asked = [.. times];
        Assert.True(asked[1] - asked[0] >= TimeSpan.FromSeconds(0.9), $"asked again after {asked[1] - asked[0]}, not after a second");
    }

    [Fact]
    public async Task Encode_ServerStaysBusy_IsABusyException()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((context, _) => ScriptedServer.RefuseAsync(context, 503, new Problem { Detail = "draining" }, retryAfter: "0"));
        using AkinClient client = new(server.Address, Quick with { MaxRetries = 2 });
        AkinBusyException error = await Assert.ThrowsAsync<AkinBusyException>(() => client.EncodeAsync(["a"]));
        Assert.Equal(("draining", HttpStatusCode.ServiceUnavailable, TimeSpan.Zero), (error.Message, error.StatusCode, error.RetryAfter));
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Encode_ConnectionBreaks_IsAskedAgain()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((context, number) =>
        {
            if (number < 2)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return ScriptedServer.EncodeAsync(context);
        });
        using AkinClient client = new(server.Address, Quick);
        Assert.Single((await client.EncodeAsync(["a"])).Embeddings);
    }

    [Fact]
    public async Task Encode_ServerIsLate_IsAskedAgain()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async (context, number) =>
        {
            await Task.Delay(number == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, context.RequestAborted);
            await ScriptedServer.EncodeAsync(context);
        });
        using AkinClient client = new(server.Address, Quick with { AttemptTimeout = TimeSpan.FromSeconds(1) });
        Assert.Single((await client.EncodeAsync(["a"])).Embeddings);
    }

    [Fact]
    public async Task Encode_NobodyListens_IsAConnectionException()
    {
        ScriptedServer server = await ScriptedServer.StartAsync((context, _) => ScriptedServer.EncodeAsync(context));
        Uri address = server.Address;
        await server.DisposeAsync();
        using AkinClient client = new(address, Quick with { MaxRetries = 1 });
        AkinConnectionException error = await Assert.ThrowsAsync<AkinConnectionException>(() => client.EncodeAsync(["a"]));
        Assert.Contains(address.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, typeof(AkinRequestException))]
    [InlineData(413, typeof(AkinRequestException))]
    [InlineData(422, typeof(AkinRequestException))]
    [InlineData(401, typeof(AkinAccessException))]
    [InlineData(403, typeof(AkinAccessException))]
    [InlineData(404, typeof(AkinNotFoundException))]
    [InlineData(500, typeof(AkinServerException))]
    [InlineData(504, typeof(AkinServerException))]
    public async Task Encode_Refused_ThrowsTheKindWithTheProblemAndAsksOnce(int status, Type kind)
    {
        Problem problem = new() { Title = "No", Status = status, Detail = "There is no model 'x'.", Field = "model" };
        await using ScriptedServer server = await ScriptedServer.StartAsync((context, _) => ScriptedServer.RefuseAsync(context, status, problem));
        using AkinClient client = new(server.Address, Quick);
        AkinServerException error = (AkinServerException)await Assert.ThrowsAsync(kind, () => client.EncodeAsync(["a"]));
        Assert.Equal(problem, error.Problem);
        Assert.Equal("There is no model 'x'.", error.Message);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Encode_PageOfAProxy_IsAnErrorWithTheStatus()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((context, _) =>
        {
            context.Response.StatusCode = 502;
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync("<html>Bad gateway</html>");
        });
        using AkinClient client = new(server.Address, Quick);
        AkinServerException error = await Assert.ThrowsAsync<AkinServerException>(() => client.EncodeAsync(["a"]));
        Assert.Contains("502", error.Message, StringComparison.Ordinal);
        Assert.Null(error.Problem);
    }

    [Theory]
    [InlineData("<html>hello</html>")]
    [InlineData("null")]
    [InlineData("""{"model": "m", "embeddings": [], "usage": {"texts": 0, "tokens": 0}}""")]
    public async Task Encode_AnswerOfAnotherProgram_IsAConnectionException(string body)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((context, _) => context.Response.WriteAsync(body));
        using AkinClient client = new(server.Address, Quick);
        await Assert.ThrowsAsync<AkinConnectionException>(() => client.EncodeAsync(["a"]));
    }

    [Fact]
    public async Task Encode_Cancelled_GivesUpWhatIsUnderWay()
    {
        TaskCompletionSource arrived = new();
        TaskCompletionSource givenUp = new();
        await using ScriptedServer server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            context.RequestAborted.Register(() => givenUp.TrySetResult());
            arrived.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        using AkinClient client = new(server.Address, Quick);
        using CancellationTokenSource stop = new();
        Task<EncodeResponse> encoding = client.EncodeAsync(Texts, cancellationToken: stop.Token);
        await arrived.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => encoding);
        await givenUp.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Requests_WithAKeyAndAPath_CarryBoth()
    {
        string? key = null;
        await using ScriptedServer server = await ScriptedServer.StartAsync((context, _) =>
        {
            key = context.Request.Headers.Authorization;
            return ScriptedServer.EncodeAsync(context);
        });
        using AkinClient client = new(new Uri(server.Address, "akin"), Quick with { ApiKey = "secret" });
        await client.EncodeAsync(["a"]);
        Assert.Equal("Bearer secret", key);
        Assert.Equal(["POST /akin/v1/encode"], server.Requests);
    }

    [Fact]
    public async Task EmbeddingGenerator_OverAServer_GivesVectorsUsageAndMetadata()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((context, _) => ScriptedServer.EncodeAsync(context));
        using AkinClient client = new(server.Address, Quick);
        IEmbeddingGenerator<string, Embedding<float>> generator = client.AsEmbeddingGenerator(new EncodeSettings { Model = "one" });
        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(["a", "bb"], new EmbeddingGenerationOptions { ModelId = "other" });

        Assert.Equal([1f, 2f], embeddings.Select(embedding => embedding.Vector.Span[0]));
        Assert.Equal((3, "other"), (embeddings.Usage!.InputTokenCount, embeddings[0].ModelId));
        EmbeddingGeneratorMetadata metadata = generator.GetRequiredService<EmbeddingGeneratorMetadata>();
        Assert.Equal(("akin", "one", client.Address), (metadata.ProviderName, metadata.DefaultModelId, metadata.ProviderUri));
        Assert.Same(client, generator.GetService<AkinClient>());
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1, -1)]
    public void Options_OutOfBounds_AreRefused(int batchSize, int inFlight, int retries) => Assert.Throws<ArgumentOutOfRangeException>(() =>
        new AkinClient(new Uri("http://127.0.0.1:1"), new AkinClientOptions { BatchSize = batchSize, RequestsInFlight = inFlight, MaxRetries = retries }));

    private sealed class Reports<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}

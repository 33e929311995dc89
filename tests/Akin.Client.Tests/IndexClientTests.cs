using System.Collections.Concurrent;
using System.Text.Json;
using Akin.Client.Messages;
using Microsoft.AspNetCore.Http;

namespace Akin.Client.Tests;

public class IndexClientTests
{
    private static readonly AkinClientOptions Quick = new() { RetryDelay = TimeSpan.FromMilliseconds(1), DocumentBatchSize = 4 };

    [Fact]
    public async Task Delete_ConnectionBreaks_IsNotAskedAgain()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync((context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using AkinClient client = new(server.Address, Quick);
        await Assert.ThrowsAsync<AkinConnectionException>(() => client.Index("i").DeleteAsync("a/b 가"));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Add_ManyDocuments_SendsThemInOrderAndAddsUpWhatBecameOfThem()
    {
        ConcurrentQueue<string> sent = new();
        await using ScriptedServer server = await ScriptedServer.StartAsync(async (context, number) =>
        {
            AddDocumentsRequest request = (await JsonSerializer.DeserializeAsync(context.Request.Body, AkinJson.Wire.AddDocumentsRequest))!;
            foreach (IndexDocument document in request.Documents)
            {
                sent.Enqueue(document.Id);
            }

            AddDocumentsResponse done = new(request.Documents.Count, request.Documents.Count - 1, 0, 0) { RejectedRows = 1, Rejected = [new RejectedRow(1, "no text")] };
            await context.Response.WriteAsJsonAsync(done, AkinJson.Wire.AddDocumentsResponse);
        });
        using AkinClient client = new(server.Address, Quick);
        List<long> reports = [];
        AddDocumentsResponse all = await client.Index("my index").AddAsync(
            Enumerable.Range(0, 10).Select(i => new IndexDocument($"d{i}", "text")), new Reports<AddDocumentsResponse>(done => reports.Add(done.Rows)));

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"d{i}"), sent);
        Assert.Equal((10, 7, 3), (all.Rows, all.Added, all.RejectedRows));
        Assert.Equal([1, 5, 9], all.Rejected.Select(row => row.Row));
        Assert.Equal([4, 8, 10], reports);
        Assert.All(server.Requests, request => Assert.Equal("POST /v1/indexes/my%20index/documents", request));
    }

    private sealed class Reports<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}

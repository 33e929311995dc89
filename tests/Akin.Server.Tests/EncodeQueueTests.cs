using Akin.Kernels;
using Akin.Server.Batching;
using Akin.Server.Http;
using Akin.Server.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Akin.Server.Tests;

public class EncodeQueueTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Requests_ThatArriveDuringABatch_AreComputedTogetherInTheNext()
    {
        using ServerMetrics metrics = new();
        using EncodeQueue queue = Queue(metrics);
        GatedModel model = new();
        Task<float[][]> first = Compute(queue, model, [Text(1, 10)]);
        await model.BeganAsync();
        Task<float[][]> second = Compute(queue, model, [Text(2, 3), Text(3, 4)]), third = Compute(queue, model, [Text(4, 5)]);
        model.Open(2);
        Assert.Equal([[1f, 10f]], await first);
        Assert.Equal([[2f, 3f], [3f, 4f]], await second);
        Assert.Equal([[4f, 5f]], await third);
        Assert.Equal([[1], [2, 3, 4]], model.Batches);
    }

    [Fact]
    public async Task Threads_WithEnoughToDo_ComputeBatchesOfTheirOwnSideBySide()
    {
        using ServerMetrics metrics = new();
        using WorkerPool pool = new(2);
        using EncodeQueue queue = Queue(metrics, options => options.BatchTokens = 64, pool);
        GatedModel model = new();
        Task<float[][]> alone = Compute(queue, model, [Text(1, 10)]);
        await model.BeganAsync();
        Task<float[][]> second = Compute(queue, model, [Text(2, 10)]);
        await model.BeganAsync();
        Assert.False(alone.IsCompleted || second.IsCompleted);
        model.Open(2);
        Assert.Equal([[1f, 10f]], await alone.WaitAsync(Patience));
        Assert.Equal([[2f, 10f]], await second.WaitAsync(Patience));
        Assert.Equal([pool, WorkerPool.Serial], model.Pools);

        // More than one batch: each thread takes its share of the tokens, and both begin before either has ended.
        Task<float[][]> big = Compute(queue, model, [.. Enumerable.Range(100, 8).Select(i => Text(i, 16))]);
        await model.BeganAsync();
        await model.BeganAsync();
        Assert.False(big.IsCompleted);
        model.Open(100);
        Assert.Equal(Enumerable.Range(100, 8).Select(i => (float)i), (await big.WaitAsync(Patience)).Select(row => row[0]));
        Assert.Equal([2, 2], model.Batches.Skip(2).Take(2).Select(batch => batch.Length));
        Assert.Equal(Enumerable.Range(100, 8), model.Batches.Skip(2).SelectMany(batch => batch).Order());
    }

    [Fact]
    public async Task SmallRequest_BehindABigOne_IsComputedInTheNextBatch()
    {
        using ServerMetrics metrics = new();
        using EncodeQueue queue = Queue(metrics, options => options.BatchTokens = 64);
        GatedModel model = new();
        Task<float[][]> big = Compute(queue, model, [.. Enumerable.Range(100, 20).Select(i => Text(i, 16))]); // five batches of its own
        await model.BeganAsync();
        Task<float[][]> small = Compute(queue, model, [Text(1, 8)]);
        model.Open(2);
        Assert.Equal([[1f, 8f]], await small.WaitAsync(Patience));
        Assert.False(big.IsCompleted);
        model.Open(10);
        Assert.Equal(20, (await big).Length);
    }

    [Fact]
    public async Task Batch_WhateverWaits_HasNoMoreTokensThanTheBudgetUnlessOneTextHas()
    {
        using ServerMetrics metrics = new();
        using EncodeQueue queue = Queue(metrics, options => options.BatchTokens = 64);
        GatedModel model = new();
        model.Open(1000);
        int[] lengths = [100, 60, 5, 5, 30, 30, 30, 64, 1];
        float[][] results = await Compute(queue, model, [.. lengths.Select((length, i) => Text(i, length))]);
        Assert.Equal(lengths.Select(length => (float)length), results.Select(row => row[1]));
        Assert.All(model.Batches, batch => Assert.True(batch.Length == 1 || batch.Sum(text => lengths[text]) <= 64));
    }

    [Fact]
    public async Task Queue_WhenItIsFull_RefusesAtOnceWithTheTimeToWait()
    {
        using ServerMetrics metrics = new();
        using EncodeQueue queue = Queue(metrics, options => options.QueueTokens = 1024);
        GatedModel model = new();
        Task<float[][]> accepted = Compute(queue, model, [Text(1, 512), Text(2, 500)]);
        await model.BeganAsync();
        RequestException refused = await Assert.ThrowsAsync<RequestException>(() => Compute(queue, model, [Text(3, 20)]));
        Assert.Equal(429, refused.Status);
        Assert.NotNull(refused.RetryAfter);
        Task<float[][]> fits = Compute(queue, model, [Text(4, 12)]);
        model.Open(10);
        Assert.Equal(2, (await accepted).Length);
        Assert.Single(await fits);
        Assert.Single(await Compute(queue, model, [Text(5, 20)])); // there is room again
    }

    [Fact]
    public async Task LongJob_WhenTheQueueIsFull_WaitsForRoom()
    {
        using ServerMetrics metrics = new();
        using EncodeQueue queue = Queue(metrics, options => options.QueueTokens = 1024);
        GatedModel model = new();
        Task<float[][]> accepted = Compute(queue, model, [Text(1, 512), Text(2, 500)]);
        await model.BeganAsync();
        Task<float[][]> job = Compute(queue, model, [Text(3, 400)], RequestLimits.Unhurried(CancellationToken.None));
        Task<float[][]> onAThread = Task.Run(() => queue.Compute(model, 0, 400, () => [Text(4, 400)], RequestLimits.Unhurried(CancellationToken.None)));
        Assert.False(job.IsCompleted);
        model.Open(10);
        Assert.Equal(2, (await accepted).Length);
        Assert.Equal([[3f, 400f]], await job.WaitAsync(Patience));
        Assert.Equal([[4f, 400f]], await onAThread.WaitAsync(Patience));
    }

    [Fact]
    public async Task Request_WhoseDeadlinePasses_IsAnswered504AndNotComputed()
    {
        using ServerMetrics metrics = new();
        using EncodeQueue queue = Queue(metrics);
        GatedModel model = new();
        Task<float[][]> first = Compute(queue, model, [Text(1, 10)]);
        await model.BeganAsync();
        RequestException late = await Assert.ThrowsAsync<RequestException>(
            () => Compute(queue, model, [Text(2, 10)], RequestLimits.Within(TimeSpan.FromMilliseconds(20), CancellationToken.None)));
        Assert.Equal(504, late.Status);
        Task<float[][]> third = Compute(queue, model, [Text(3, 10)]);
        model.Open(2);
        Assert.Single(await first);
        Assert.Single(await third);
        Assert.Equal([[1], [3]], model.Batches);
    }

    [Fact]
    public async Task Request_WhoseClientIsGone_LeavesTheQueue()
    {
        using ServerMetrics metrics = new();
        using EncodeQueue queue = Queue(metrics);
        using CancellationTokenSource gone = new();
        GatedModel model = new();
        Task<float[][]> first = Compute(queue, model, [Text(1, 10)]);
        await model.BeganAsync();
        Task<float[][]> second = Compute(queue, model, [Text(2, 10)], RequestLimits.Within(Patience, gone.Token));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Task<float[][]> third = Compute(queue, model, [Text(3, 10)]);
        model.Open(2);
        Assert.Single(await first);
        Assert.Single(await third);
        Assert.Equal([[1], [3]], model.Batches);
    }

    [Fact]
    public async Task Batch_ThatFails_FailsForItsRequestsOnlyAndTheQueueGoesOn()
    {
        using ServerMetrics metrics = new();
        using EncodeQueue queue = Queue(metrics);
        GatedModel model = new();
        model.Open(100);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Compute(queue, model, [Text(-1, 10)]));
        Assert.Single(await Compute(queue, model, [Text(1, 10)]));
    }

    [Fact]
    public async Task Request_WithoutTexts_HasNoResults()
    {
        using ServerMetrics metrics = new();
        using EncodeQueue queue = Queue(metrics);
        Assert.Empty(await Compute(queue, new GatedModel(), []));
    }

    // One thread: what is computed after what is then certain.
    private static EncodeQueue Queue(ServerMetrics metrics, Action<AkinServerOptions>? configure = null, WorkerPool? pool = null)
    {
        AkinServerOptions options = new();
        configure?.Invoke(options);
        return new EncodeQueue(options, metrics, NullLogger<EncodeQueue>.Instance, pool ?? WorkerPool.Serial);
    }

    private static TokenizedText Text(int first, int length) => new([first, .. new int[length - 1]]);

    private static async Task<float[][]> Compute(EncodeQueue queue, GatedModel model, TokenizedText[] texts, RequestLimits? limits = null)
    {
        limits ??= RequestLimits.Within(Patience, CancellationToken.None);
        (_, float[][] results) = await queue.ComputeAsync(model, 0, texts.Sum(text => (long)text.Ids.Length), () => texts, limits);
        return results;
    }
}

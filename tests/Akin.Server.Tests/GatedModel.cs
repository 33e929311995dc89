using Akin.Kernels;
using Akin.Server.Batching;
using Akin.Server.Models;
using Akin.Tokenizers;

namespace Akin.Server.Tests;

/// <summary>A model that computes a batch only when a test lets it, and remembers every batch: for what cannot be seen from outside, such as the order of work.</summary>
#pragma warning disable CA1001 // semaphores hold nothing as long as nobody asks for their wait handle, and the queue's thread may outlive a test that failed
internal sealed class GatedModel() : ServedModel("gated", "nowhere")
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _gate = new(0);
    private readonly SemaphoreSlim _began = new(0);

    /// <summary>The first token of every text of every batch, in the order in which they were computed.</summary>
    public List<int[]> Batches { get; } = [];

    /// <summary>The threads that computed each of them.</summary>
    public List<WorkerPool> Pools { get; } = [];

    public override ModelKind Kind => ModelKind.Encoder;

    public override Tokenizer Tokenizer => throw new NotSupportedException("The queue is given tokens.");

    public override int MaxSequenceLength => 512;

    /// <summary>Lets a number of batches pass.</summary>
    public void Open(int batches = 1) => _gate.Release(batches);

    /// <summary>Waits until a batch has begun.</summary>
    public Task BeganAsync() => _began.WaitAsync(TimeSpan.FromSeconds(30));

    public override float[][] Compute(int group, IReadOnlyList<TokenizedText> texts, WorkerPool pool)
    {
        lock (Batches)
        {
            Batches.Add([.. texts.Select(text => text.Ids[0])]);
            Pools.Add(pool);
        }

        _began.Release();
        _gate.Wait();
        if (texts.Any(text => text.Ids[0] < 0))
        {
            throw new InvalidOperationException("This text cannot be computed.");
        }

        return [.. texts.Select(text => new float[] { text.Ids[0], text.Ids.Length })];
    }
}

using System.Collections.Concurrent;
using Akin.Kernels;
using Akin.Server.Batching;
using Akin.Tensors;

namespace Akin.Server.Models;

/// <summary>
/// Runs a model over texts in ragged batches of about equally long ones, each thread with batches of its own through all layers; a few texts are computed
/// by all threads together. Thread-safe.
/// </summary>
/// <param name="createBatch">Makes an empty batch for the model.</param>
internal sealed class BatchLanes(Func<RaggedBatch> createBatch)
{
    private const int LaneTokens = 512;

    private readonly ConcurrentDictionary<WorkerPool, ConcurrentBag<Lane>> _resting = new();

    /// <summary>The model's pass over a batch; puts a result for each of its texts.</summary>
    public delegate void Pass(ForwardContext context, RaggedBatch batch, Span<float[]> results);

    /// <summary>Computes texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="pool">The threads that compute.</param>
    /// <param name="pass">The model's pass.</param>
    /// <returns>The result of every text, in their order.</returns>
    public float[][] Run(IReadOnlyList<TokenizedText> texts, WorkerPool pool, Pass pass)
    {
        int[] order = [.. Enumerable.Range(0, texts.Count).OrderByDescending(i => texts[i].Ids.Length)];
        List<Range> batches = Split(texts, order);
        float[][] results = new float[texts.Count][];
        bool isShared = batches.Count < pool.ThreadCount;
        Body body = new(this, texts, order, batches, isShared ? pool : WorkerPool.Serial, pass, results);
        (isShared ? WorkerPool.Serial : pool).For(batches.Count, ref body);
        return results;
    }

    private static List<Range> Split(IReadOnlyList<TokenizedText> texts, int[] order)
    {
        List<Range> batches = [];
        for (int end = 0; end < order.Length;)
        {
            int start = end;
            int tokens = 0;
            do
            {
                tokens += texts[order[end++]].Ids.Length;
            }
            while (end < order.Length && tokens + texts[order[end]].Ids.Length <= LaneTokens);
            batches.Add(start..end);
        }

        return batches;
    }

    private sealed record Lane(ForwardContext Context, RaggedBatch Batch);

    private readonly struct Body(
        BatchLanes lanes, IReadOnlyList<TokenizedText> texts, int[] order, List<Range> batches, WorkerPool pool, Pass pass, float[][] results) : IParallelBody
    {
        public void Execute(int taskIndex)
        {
            ReadOnlySpan<int> members = order.AsSpan(batches[taskIndex]);
            Lane lane = lanes.Take(pool);
            lane.Batch.Clear();
            foreach (int text in members)
            {
                lane.Batch.Add(texts[text].Ids, texts[text].TypeIds);
            }

            float[][] own = new float[members.Length][];
            using (lane.Context.Scope())
            {
                pass(lane.Context, lane.Batch, own);
            }

            for (int i = 0; i < own.Length; i++)
            {
                results[members[i]] = own[i];
            }

            lanes._resting.GetOrAdd(pool, static _ => []).Add(lane);
        }
    }

    // A pass that failed has not given its lane back: its memory may be half filled.
    private Lane Take(WorkerPool pool) =>
        _resting.TryGetValue(pool, out ConcurrentBag<Lane>? lanes) && lanes.TryTake(out Lane? lane) ? lane : new Lane(new ForwardContext(pool), createBatch());
}

using System.Text.Json.Nodes;
using Akin.Kernels;
using Akin.Models.Heads;
using Akin.Tensors;

namespace Akin.Models.Tests.Architectures;

/// <summary>A text's result is the same bits alone, in any batch, in any order, on any number of threads, in inference and while recording.</summary>
public sealed class BatchInvarianceTests
{
    /// <summary>Sizes that are no multiple of any register or tile.</summary>
    private static JsonObject Config => new()
    {
        ["model_type"] = "bert",
        ["vocab_size"] = 331,
        ["hidden_size"] = 51,
        ["num_attention_heads"] = 3,
        ["num_hidden_layers"] = 2,
        ["intermediate_size"] = 101,
        ["max_position_embeddings"] = 64,
        ["initializer_range"] = 0.2,
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Forward_OfATextInAnyBatch_GivesTheSameBits(int seed)
    {
        Random random = new(seed);
        EncoderModel model = AutoModel.FromConfig(Config);
        int[][] texts = [.. Enumerable.Range(0, 14).Select(_ => Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(331)).ToArray())];
        (float[] Hidden, float[] Pooled)[] alone = [.. texts.Select(text => Run(model, [text], WorkerPool.Serial)[0])];
        using WorkerPool two = new(2);
        for (int round = 0; round < 4; round++)
        {
            int[] order = [.. Enumerable.Range(0, texts.Length)];
            random.Shuffle(order);
            order = order[..random.Next(2, texts.Length + 1)];
            foreach (WorkerPool pool in (WorkerPool[])[WorkerPool.Serial, two])
            {
                (float[] Hidden, float[] Pooled)[] together = Run(model, [.. order.Select(i => texts[i])], pool);
                for (int i = 0; i < order.Length; i++)
                {
                    Assert.Equal(alone[order[i]].Hidden, together[i].Hidden);
                    Assert.Equal(alone[order[i]].Pooled, together[i].Pooled);
                }
            }
        }
    }

    [Fact]
    public void Forward_OfATrainableModelThatRecords_GivesTheSameBits()
    {
        int[] text = [.. Enumerable.Range(1, 30)];
        EncoderModel frozen = AutoModel.FromConfig(Config, new LoadOptions { Seed = 9 });
        EncoderModel trainable = AutoModel.FromConfig(Config, new LoadOptions { Seed = 9, IsTrainable = true });
        RaggedBatch batch = frozen.CreateBatch();
        batch.Add(text);
        ForwardContext recording = new(tape: new Tape());
        EncoderOutput recorded = trainable.Forward(recording, batch);
        EncoderOutput fused = frozen.Forward(new ForwardContext(), batch);
        Assert.True(recording.Tape!.Count > 10);
        Assert.Equal(fused.LastHiddenState.ToArray(), recorded.LastHiddenState.ToArray());
        Assert.Equal(fused.PooledOutput!.ToArray(), recorded.PooledOutput!.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Forward_OfAWarmModel_AllocatesNothing(int threadCount)
    {
        EncoderModel model = AutoModel.FromConfig(Config);
        using WorkerPool pool = new(threadCount);
        ForwardContext context = new(pool);
        RaggedBatch batch = model.CreateBatch();
        int[] ids = [.. Enumerable.Range(1, 60)];
        void Encode(int shortest)
        {
            batch.Clear();
            for (int length = shortest; length <= 40; length += 5)
            {
                batch.Add(ids.AsSpan(0, length));
            }

            using ForwardScope scope = context.Scope();
            EncoderOutput output = model.Forward(context, batch);
            Assert.False(float.IsNaN(output.LastHiddenState.Span[0]));
        }

        for (int round = 0; round < 50; round++)
        {
            Encode(1 + (round % 20)); // batches of different sizes, and time for the JIT to settle
        }

        long capacity = context.Arena.CapacityBytes;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 20; round++)
        {
            Encode(1 + round);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(capacity, context.Arena.CapacityBytes);
    }

    [Fact]
    public void Forward_OfEmptyTexts_GivesRowsOnlyToTheOthers()
    {
        EncoderModel model = AutoModel.FromConfig(Config);
        (float[] Hidden, float[] Pooled)[] results = Run(model, [[], [5, 6, 7], []], WorkerPool.Serial);
        Assert.Empty(results[0].Hidden);
        Assert.Equal(3 * 51, results[1].Hidden.Length);
        Assert.Equal(results[0].Pooled, results[2].Pooled); // pooled from zeros
        Assert.Equal(Run(model, [[5, 6, 7]], WorkerPool.Serial)[0].Hidden, results[1].Hidden);
        Assert.Empty(Run(model, [], WorkerPool.Serial));
    }

    [Fact]
    public void Forward_WhenCancelled_Stops()
    {
        EncoderModel model = AutoModel.FromConfig(Config);
        RaggedBatch batch = model.CreateBatch();
        batch.Add([1, 2]);
        Assert.Throws<OperationCanceledException>(() => model.Forward(new ForwardContext { CancellationToken = new CancellationToken(true) }, batch));
    }

    private static (float[] Hidden, float[] Pooled)[] Run(EncoderModel model, int[][] texts, WorkerPool pool)
    {
        RaggedBatch batch = model.CreateBatch();
        foreach (int[] text in texts)
        {
            batch.Add(text);
        }

        EncoderOutput output = model.Forward(new ForwardContext(pool), batch);
        int[] offsets = batch.Offsets.ToArray();
        return [.. texts.Select((text, i) => (output.LastHiddenState.Span[(offsets[i] * 51)..(offsets[i + 1] * 51)].ToArray(), output.PooledOutput!.Row(i).ToArray()))];
    }
}

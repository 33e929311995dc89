using System.Text.Json.Nodes;
using Akin.Kernels;
using Akin.Models.Heads;
using Akin.Tensors;

namespace Akin.Models.Tests.Architectures;

/// <summary>A text's result is the same bits alone, in any batch, in any order, on any number of threads, in inference and while recording.</summary>
public sealed class BatchInvarianceTests
{
    private const int HiddenSize = 51;

    private const int VocabularySize = 331;

    public static TheoryData<string> ModelTypes() => [.. ArchitectureRegistry.All.Select(architecture => architecture.ModelType)];

    public static TheoryData<string, int> ModelTypesAndSeeds() => Cross(1, 2, 3, 4);

    public static TheoryData<string, int> ModelTypesAndThreadCounts() => Cross(1, 2);

    [Theory]
    [MemberData(nameof(ModelTypesAndSeeds))]
    public void Forward_OfATextInAnyBatch_GivesTheSameBits(string modelType, int seed)
    {
        Random random = new(seed);
        EncoderModel model = AutoModel.FromConfig(Config(modelType));
        int[][] texts = [.. Enumerable.Range(0, 14).Select(_ => Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(VocabularySize)).ToArray())];
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

    [Theory]
    [MemberData(nameof(ModelTypes))]
    public void Forward_OfATrainableModelThatRecords_GivesTheSameBits(string modelType)
    {
        int[] text = [.. Enumerable.Range(1, 30)];
        EncoderModel frozen = AutoModel.FromConfig(Config(modelType), new LoadOptions { Seed = 9 });
        EncoderModel trainable = AutoModel.FromConfig(Config(modelType), new LoadOptions { Seed = 9, IsTrainable = true });
        RaggedBatch batch = frozen.CreateBatch();
        batch.Add(text);
        ForwardContext recording = new(tape: new Tape());
        EncoderOutput recorded = trainable.Forward(recording, batch);
        EncoderOutput fused = frozen.Forward(new ForwardContext(), batch);
        Assert.True(recording.Tape!.Count > 10);
        Assert.Equal(fused.LastHiddenState.ToArray(), recorded.LastHiddenState.ToArray());
        Assert.Equal(fused.PooledOutput?.ToArray(), recorded.PooledOutput?.ToArray());
    }

    [Theory]
    [MemberData(nameof(ModelTypesAndThreadCounts))]
    public void Forward_OfAWarmModel_AllocatesNothing(string modelType, int threadCount)
    {
        EncoderModel model = AutoModel.FromConfig(Config(modelType));
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
        Assert.Equal(0, Allocations.During(() =>
        {
            for (int round = 0; round < 20; round++)
            {
                Encode(1 + round);
            }
        }));
        Assert.Equal(capacity, context.Arena.CapacityBytes);
    }

    [Theory]
    [MemberData(nameof(ModelTypes))]
    public void Forward_OfEmptyTexts_GivesRowsOnlyToTheOthers(string modelType)
    {
        EncoderModel model = AutoModel.FromConfig(Config(modelType));
        (float[] Hidden, float[] Pooled)[] results = Run(model, [[], [5, 6, 7], []], WorkerPool.Serial);
        Assert.Empty(results[0].Hidden);
        Assert.Equal(3 * HiddenSize, results[1].Hidden.Length);
        Assert.Equal(results[0].Pooled, results[2].Pooled); // pooled from zeros
        Assert.Equal(Run(model, [[5, 6, 7]], WorkerPool.Serial)[0].Hidden, results[1].Hidden);
        Assert.Empty(Run(model, [], WorkerPool.Serial));
    }

    [Fact]
    public void Forward_WhenCancelled_Stops()
    {
        EncoderModel model = AutoModel.FromConfig(Config("bert"));
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
        return
        [
            .. texts.Select((text, i) => (
                output.LastHiddenState.Span[(offsets[i] * HiddenSize)..(offsets[i + 1] * HiddenSize)].ToArray(),
                output.PooledOutput is null ? [] : output.PooledOutput.Row(i).ToArray())),
        ];
    }

    /// <summary>Sizes that are no multiple of any register or tile.</summary>
    internal static JsonObject Config(string modelType, int layerCount = 2)
    {
        if (modelType is "bart" or "marian")
        {
            return new()
            {
                ["model_type"] = modelType,
                ["vocab_size"] = VocabularySize,
                ["d_model"] = HiddenSize,
                ["max_position_embeddings"] = 64,
                ["init_std"] = 0.2,
                ["encoder_layers"] = layerCount,
                ["decoder_layers"] = layerCount,
                ["encoder_attention_heads"] = 3,
                ["decoder_attention_heads"] = 3,
                ["encoder_ffn_dim"] = 101,
                ["decoder_ffn_dim"] = 101,
                ["scale_embedding"] = modelType == "marian",
                ["pad_token_id"] = 1,
                ["decoder_start_token_id"] = 2,
                ["eos_token_id"] = 2,
            };
        }

        if (modelType == "t5")
        {
            return new()
            {
                ["model_type"] = modelType,
                ["vocab_size"] = VocabularySize,
                ["d_model"] = HiddenSize,
                ["d_kv"] = 17,
                ["num_heads"] = 3,
                ["num_layers"] = layerCount,
                ["d_ff"] = 101,
                ["feed_forward_proj"] = "gated-gelu",
                ["initializer_factor"] = 1.5,
            };
        }

        (string hidden, string heads, string layers, string intermediate, string positions) = modelType switch
        {
            "distilbert" => ("dim", "n_heads", "n_layers", "hidden_dim", "max_position_embeddings"),
            "gpt2" => ("n_embd", "n_head", "n_layer", "n_inner", "n_positions"),
            _ => ("hidden_size", "num_attention_heads", "num_hidden_layers", "intermediate_size", "max_position_embeddings"),
        };
        JsonObject config = new()
        {
            [hidden] = HiddenSize,
            [heads] = 3,
            [layers] = layerCount,
            [intermediate] = 101,
            ["model_type"] = modelType,
            ["vocab_size"] = VocabularySize,
            [positions] = 64,
        };
        config["initializer_range"] = 0.2;
        if (modelType is "electra" or "albert")
        {
            config["embedding_size"] = 37;
        }

        return config;
    }

    private static TheoryData<string, int> Cross(params ReadOnlySpan<int> values)
    {
        TheoryData<string, int> data = [];
        foreach (Architecture architecture in ArchitectureRegistry.All)
        {
            foreach (int value in values)
            {
                data.Add(architecture.ModelType, value);
            }
        }

        return data;
    }
}

using System.Text.Json.Nodes;
using Akin.Tensors;

namespace Akin.Models.Tests.Architectures;

/// <summary>New weights are as wide as transformers 5 makes them (<c>_init_weights</c> of each model).</summary>
public sealed class NewWeightsTests
{
    private static readonly JsonObject T5 = new()
    {
        ["model_type"] = "t5",
        ["vocab_size"] = 300,
        ["d_model"] = 64,
        ["d_kv"] = 32,
        ["d_ff"] = 256,
        ["num_layers"] = 1,
        ["num_heads"] = 8,
        ["initializer_factor"] = 0.5,
        ["tie_word_embeddings"] = false,
        ["pad_token_id"] = 0,
        ["decoder_start_token_id"] = 0,
    };

    [Theory]
    [InlineData("shared.weight", 0.5)]
    [InlineData("lm_head.weight", 0.5)]
    [InlineData("encoder.block.0.layer.0.SelfAttention.q.weight", 0.5 / 45.254834)] // √(64 · 32)
    [InlineData("encoder.block.0.layer.0.SelfAttention.k.weight", 0.5 / 8)]
    [InlineData("encoder.block.0.layer.0.SelfAttention.v.weight", 0.5 / 8)]
    [InlineData("encoder.block.0.layer.0.SelfAttention.o.weight", 0.5 / 16)]
    [InlineData("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", 0.5 / 8)]
    [InlineData("decoder.block.0.layer.1.EncDecAttention.q.weight", 0.5 / 45.254834)]
    [InlineData("decoder.block.0.layer.1.EncDecAttention.k.weight", 0.5 / 8)]
    [InlineData("decoder.block.0.layer.2.DenseReluDense.wi.weight", 0.5 / 8)]
    [InlineData("decoder.block.0.layer.2.DenseReluDense.wo.weight", 0.5 / 16)]
    public void FromConfig_OfT5_ScalesByWhatAMatrixReads(string name, double deviation)
    {
        foreach (bool isTrainable in (bool[])[false, true])
        {
            RequireDeviation(AutoModelForSeq2SeqLM.FromConfig(T5.DeepClone().AsObject(), new LoadOptions { IsTrainable = isTrainable }), name, deviation);
        }
    }

    [Theory]
    [InlineData("wte.weight", 0.02)]
    [InlineData("h.1.attn.c_attn.weight", 0.02)]
    [InlineData("h.1.attn.c_proj.weight", 0.02 / 2)]
    [InlineData("h.0.mlp.c_fc.weight", 0.02)]
    [InlineData("h.0.mlp.c_proj.weight", 0.02 / 2)]
    public void FromConfig_OfGpt2_KeepsTheSumOfAllLayersSmall(string name, double deviation) => RequireDeviation(
        AutoModelForCausalLM.FromConfig(new JsonObject { ["model_type"] = "gpt2", ["vocab_size"] = 200, ["n_positions"] = 16, ["n_embd"] = 64, ["n_layer"] = 2, ["n_head"] = 2 }), name, deviation);

    private static void RequireDeviation(PretrainedModel model, string name, double deviation)
    {
        Parameter weight = Assert.Single(model.Parameters, parameter => parameter.Name.EndsWith(name, StringComparison.Ordinal));
        float[] values = new float[weight.Shape.ElementCount];
        weight.CopyTo(values);
        double found = Math.Sqrt(values.Sum(value => (double)value * value) / values.Length);

        // The deviation of n numbers is off by 1/√(2n) of itself; four times that is seen once in 16,000 draws, and these are the same each time.
        Assert.Equal(1, found / deviation, 4 / Math.Sqrt(2.0 * values.Length));
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Models.Checkpoints;
using Akin.Tensors;

namespace Akin.Models.Tests.Architectures;

/// <summary>Inputs and outputs of one run of the reference, padded as it takes and gives them.</summary>
public sealed class GoldenCase(string name, JsonNode description, Checkpoint tensors)
{
    public string Name { get; } = name;

    public IReadOnlyList<string> Outputs { get; } = [.. description["outputs"]!.AsArray().Select(output => output!.GetValue<string>())];

    /// <summary>The loss; null when the case has no labels, NaN when every label is ignored.</summary>
    public double? Loss { get; } = description["loss"] is not { } loss ? null
        : loss.GetValueKind() == JsonValueKind.String ? double.NaN
        : loss.GetValue<double>();

    /// <summary>Tokens in a padded row.</summary>
    public int Length => (int)tensors.Tensors[$"{Name}/in/input_ids"].Shape[^1];

    /// <summary>Tokens in a padded row of the text that is written.</summary>
    public int WrittenLength => (int)tensors.Tensors[$"{Name}/in/{(Has("decoder_input_ids") ? "decoder_input_ids" : "labels")}"].Shape[^1];

    /// <summary>Choices of a question in a multiple choice case.</summary>
    public int ChoiceCount => (int)tensors.Tensors[$"{Name}/in/input_ids"].Shape[^2];

    /// <summary>1 for every place of the padded rows that has a token.</summary>
    public int[] Mask => Has("attention_mask") ? Integers("attention_mask") : [.. Enumerable.Repeat(1, Integers("input_ids").Length)];

    public bool Has(string input) => tensors.Tensors.ContainsKey($"{Name}/in/{input}");

    public int[] Integers(string input) => [.. Floats(input).Select(value => (int)value)];

    public float[] Floats(string input) => tensors.Read($"{Name}/in/{input}");

    /// <summary>The true value of an output: computed in double precision.</summary>
    public float[] Output(string output) => tensors.Read($"{Name}/out/{output}");

    /// <summary>How far PyTorch's float32 is from the truth, at most.</summary>
    public double ReferenceError(string output) => description["float32_max_abs_diff"]![output]!.GetValue<double>();

    public RaggedBatch Batch(PositionNumbering numbering) => RaggedBatch.FromPadded(
        Integers("input_ids"),
        Length,
        Has("attention_mask") ? Integers("attention_mask") : [],
        Has("token_type_ids") ? Integers("token_type_ids") : [],
        Has("position_ids") ? Integers("position_ids") : [],
        numbering);

    /// <summary>The text that is written.</summary>
    public RaggedBatch Written(int[] ids, PositionNumbering numbering) =>
        RaggedBatch.FromPadded(ids, WrittenLength, Has("decoder_attention_mask") ? Integers("decoder_attention_mask") : [], numbering: numbering);

    /// <summary>What belongs to tokens (labels), without the padding.</summary>
    public int[] TokenIntegers(string input) => [.. Integers(input).Zip(Mask).Where(pair => pair.Second == 1).Select(pair => pair.First)];
}

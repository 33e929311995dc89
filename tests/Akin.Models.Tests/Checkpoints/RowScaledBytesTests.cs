using System.Text.Json.Nodes;
using Akin.Models.Checkpoints;
using Akin.Models.Heads;

namespace Akin.Models.Tests.Checkpoints;

public sealed class RowScaledBytesTests
{
    [Fact]
    public void Read_DocumentedLayout_IsTheWholeNumberTimesTheScaleOfItsRow()
    {
        using TemporaryFolder folder = new();
        SafetensorsWriter writer = new();
        writer.AddBytes("a.weight", [2, 3], new byte[] { 127, 0x81, 0, 1, 2, 0xFF }, TensorDType.I8);
        writer.Add("a.weight_scale", [2, 1], new float[] { 0.5f, 2 });
        writer.AddBytes("alone", [1, 2], new byte[] { 1, 0xFF }, TensorDType.I8);
        string path = Path.Combine(folder.Path, "model.safetensors");
        writer.Save(path);

        using Checkpoint checkpoint = Checkpoint.Open(path);
        Assert.Equal(["a.weight", "alone"], checkpoint.Tensors.Keys.Order());
        Assert.Equal("I8 rows[2, 3]", checkpoint.Tensors["a.weight"].ToString());
        Assert.Equal([63.5f, -63.5f, 0, 2, 4, -2], checkpoint.Read("a.weight"));
        Assert.Equal([1, -1], checkpoint.Read("alone"));
    }

    [Fact]
    public void Write_Matrix_IsRoundedToTheNearestOf255StepsOfItsRow()
    {
        float[] values = [.. Enumerable.Range(0, 200).Select(i => MathF.Sin(i * 12.9898f) * (i < 100 ? 0.01f : 30)), .. new float[100]];
        using TemporaryFolder folder = new();
        SafetensorsWriter writer = new();
        writer.Add("w", [3, 100], values, WeightPrecision.Int8);
        writer.Add("b", [300], values, WeightPrecision.Int8);
        string path = Path.Combine(folder.Path, "model.safetensors");
        writer.Save(path);

        using Checkpoint checkpoint = Checkpoint.Open(path);
        float[] read = checkpoint.Read("w");
        for (int row = 0; row < 3; row++)
        {
            float largest = values.Skip(row * 100).Take(100).Max(Math.Abs);
            Assert.All(Enumerable.Range(row * 100, 100), i => Assert.InRange(Math.Abs(read[i] - values[i]), 0, largest / 127 / 2 * 1.0001f));
            Assert.Equal(largest, read.Skip(row * 100).Take(100).Max(Math.Abs), largest * 1e-6f);
        }

        Assert.Equal(values, checkpoint.Read("b"));
    }

    [Theory]
    [InlineData(WordsFile.Whole)]
    [InlineData(WordsFile.Sharded)]
    public void Load_ForInference_LeavesTablesAsBytesAndGivesTheSameBits(WordsFile file)
    {
        using TemporaryFolder folder = new();
        AutoModelForMaskedLM.FromConfig(SmallBert).SavePretrained(folder.Path, WeightPrecision.Int8);
        if (file == WordsFile.Sharded)
        {
            File.WriteAllText(Path.Combine(folder.Path, "model.safetensors.index.json"), ShardIndex(folder.Path));
            File.Move(Path.Combine(folder.Path, "model.safetensors"), Path.Combine(folder.Path, "all.safetensors"));
        }

        MaskedLanguageModel bytes = AutoModelForMaskedLM.FromPretrained(folder.Path), floats = AutoModelForMaskedLM.FromPretrained(folder.Path, new LoadOptions { IsTrainable = true });
        Tensors.Parameter words = bytes.Parameters.Single(parameter => parameter.Name.EndsWith("word_embeddings.weight", StringComparison.Ordinal));
        Assert.Contains("left as bytes", Assert.Throws<InvalidOperationException>(() => words.Value).Message, StringComparison.Ordinal);
        foreach ((Tensors.Parameter left, Tensors.Parameter right) in bytes.Parameters.Zip(floats.Parameters))
        {
            float[] leftValues = new float[left.Shape.ElementCount], rightValues = new float[left.Shape.ElementCount];
            left.As("renamed").CopyTo(leftValues);
            right.CopyTo(rightValues);
            Assert.Equal(rightValues, leftValues);
        }

        // The words are looked up, positions and token types are added to them, and the head shares the words' table.
        Assert.Equal(Scores(floats), Scores(bytes));
        bytes.SavePretrained(Path.Combine(folder.Path, "again"), WeightPrecision.Int8);
        Assert.Equal(Scores(bytes), Scores(AutoModelForMaskedLM.FromPretrained(Path.Combine(folder.Path, "again"))));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(1, 2)]
    public void Open_ScalesThatDoNotFit_IsRefused(int rows, int columns)
    {
        using TemporaryFolder folder = new();
        SafetensorsWriter writer = new();
        writer.AddBytes("w", [2, 3], new byte[6], TensorDType.I8);
        writer.Add("w_scale", [rows, columns], new float[rows * columns]);
        string path = Path.Combine(folder.Path, "model.safetensors");
        writer.Save(path);
        CheckpointException refusal = Assert.Throws<CheckpointException>(() => Checkpoint.Open(path));
        Assert.Equal("w_scale", refusal.Tensor);
        Assert.Contains("[2, 1]", refusal.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WeightPrecision.Float16)]
    [InlineData(WeightPrecision.Int8)]
    public void SavePretrained_SmallerPrecision_LoadsAsTheSameModelNearly(WeightPrecision precision)
    {
        using TemporaryFolder folder = new();
        EncoderModel model = AutoModel.FromPretrained(Repository.Golden("models", "gguf", "tiny-bert.gguf"));
        model.SavePretrained(folder.Path, precision);
        EncoderModel again = AutoModel.FromPretrained(folder.Path);
        Assert.Empty(again.UnusedWeights);
        foreach ((Tensors.Parameter before, Tensors.Parameter after) in model.Parameters.Zip(again.Parameters))
        {
            float[] left = new float[before.Shape.ElementCount], right = new float[before.Shape.ElementCount];
            before.CopyTo(left);
            after.CopyTo(right);
            Assert.All(left.Zip(right), pair => Assert.Equal(pair.First, pair.Second, precision == WeightPrecision.Int8 ? 0.003f : 0.001f));
        }
    }

    /// <summary>How the checkpoint lies on disk.</summary>
    public enum WordsFile
    {
        /// <summary>In one file.</summary>
        Whole,

        /// <summary>Under an index.</summary>
        Sharded,
    }

    private static JsonObject SmallBert => new()
    {
        ["model_type"] = "bert",
        ["vocab_size"] = 30,
        ["hidden_size"] = 36,
        ["num_hidden_layers"] = 1,
        ["num_attention_heads"] = 2,
        ["intermediate_size"] = 20,
        ["max_position_embeddings"] = 12,
    };

    private static string ShardIndex(string folder)
    {
        using Checkpoint stored = Checkpoint.Open(folder);
        IEnumerable<string> names = stored.Tensors.Values.SelectMany(tensor => tensor.Quantization is null ? [tensor.Name] : new[] { tensor.Name, tensor.Name + "_scale" });
        return new JsonObject { ["weight_map"] = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)"all.safetensors"))) }.ToJsonString();
    }

    private static float[] Scores(MaskedLanguageModel model)
    {
        Tensors.RaggedBatch batch = model.CreateBatch();
        batch.Add([1, 7, 29, 3, 7]);
        batch.Add([2, 0]);
        Tensors.ForwardContext context = new(Kernels.WorkerPool.Serial);
        using Tensors.ForwardScope scope = context.Scope();
        return model.Forward(context, batch).Logits.Span.ToArray();
    }
}

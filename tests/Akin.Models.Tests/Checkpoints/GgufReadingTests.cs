using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Akin.Models.Checkpoints;
using Akin.Models.Configuration;
using Akin.Models.Heads;

namespace Akin.Models.Tests.Checkpoints;

public sealed class GgufReadingTests
{
    private static string Tiny => Repository.Golden("models", "gguf", "tiny-bert.gguf");

    [Fact]
    public void Read_EveryType_EqualsTheReferenceBitForBit()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Tiny);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Repository.Golden("models", "gguf", "expected.json")));
        HashSet<string> found = [.. checkpoint.Tensors.Keys.Select(name => Hash(checkpoint.Read(name)))];
        Assert.Equal(expected.RootElement.EnumerateObject().Count(), checkpoint.Tensors.Count);
        Assert.All(expected.RootElement.EnumerateObject(), tensor => Assert.Contains(tensor.Value.GetProperty("sha256").GetString()!, found));
        Assert.Equal("Q4_0[32, 64]", checkpoint.Tensors["encoder.layer.0.output.dense.weight"].ToString());
        Assert.Equal("F16[32, 64]", checkpoint.Tensors["encoder.layer.1.output.dense.weight"].ToString());
        Assert.Equal("Q8_0[16, 32]", checkpoint.Tensors["embeddings.word_embeddings.weight"].ToString());
        Assert.Equal("2", checkpoint.Metadata["bert.pooling_type"]);
    }

    [SharedFact("models/multilingual-e5-small-cjk")]
    public void Read_PublishedModel_EqualsTheReferenceBitForBit()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Repository.Shared("models", "multilingual-e5-small-cjk"));
        Assert.Equal("47dd00a75304aa0f0cd083d9d8add66475958ccea522931d3f3210c51ac4e82a", Hash(checkpoint.Read("embeddings.word_embeddings.weight")));
        Assert.Equal("26d17688827c2fb01d35cf614e06a3b0592f839335cf4f8100faa17605bb5044", Hash(checkpoint.Read("encoder.layer.11.output.dense.weight")));
        Assert.Equal("3c87459adc43ea62d7f0dc722136e515d7d97ab60f33369d9ac305646a84ee89", Hash(checkpoint.Read("embeddings.position_embeddings.weight")));
    }

    [Fact]
    public void FromPretrained_BareFile_TakesItsConfigurationFromIt()
    {
        EncoderModel model = AutoModel.FromPretrained(Tiny);
        Assert.Equal(32, model.Config.HiddenSize);
        Assert.Equal(16, model.Config.MaxTokenCount);
        Assert.Equal("2", model.Config.Json["num_hidden_layers"]!.ToString());
        Assert.Equal("1", model.Config.Json["pad_token_id"]!.ToString());
        Assert.Empty(model.UnusedWeights);
    }

    [Fact]
    public void FromPretrained_OtherArchitecture_IsRefused()
    {
        byte[] file = File.ReadAllBytes(Tiny);
        int place = file.AsSpan().IndexOf("\u0004\0\0\0\0\0\0\0bert"u8);
        "llam"u8.CopyTo(file.AsSpan(place + 8));
        using TemporaryFolder folder = new();
        ConfigException refusal = Assert.Throws<ConfigException>(() => AutoModel.FromPretrained(folder.Write("llama.gguf", file)));
        Assert.Contains("llam", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileCutAtEveryByteOfTheHeader_IsRefused()
    {
        byte[] whole = File.ReadAllBytes(Tiny);
        int headerLength = whole.AsSpan().LastIndexOf("layer_output_norm.bias"u8) + 50;
        using TemporaryFolder folder = new();
        for (int length = 0; length <= headerLength; length++)
        {
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Write("cut.gguf", whole.AsSpan(0, length))));
        }

        Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Write("cut.gguf", whole.AsSpan(0, whole.Length - 32))));
    }

    [Fact]
    public void Open_HeaderByteChanged_IsRefusedOrReadable()
    {
        byte[] whole = File.ReadAllBytes(Tiny);
        int headerLength = whole.AsSpan().LastIndexOf("layer_output_norm.bias"u8) + 50;
        using TemporaryFolder folder = new();
        for (int position = 0; position < headerLength; position += 3) // every field is longer than that
        {
            byte[] changed = [.. whole];
            changed[position] ^= 0xFF;
            try
            {
                using Checkpoint checkpoint = Checkpoint.Open(folder.Write("changed.gguf", changed));
                foreach (string name in checkpoint.Tensors.Keys)
                {
                    Assert.InRange(checkpoint.Read(name).Length, 1, whole.Length * 2);
                }
            }
            catch (CheckpointException)
            {
                // The only error that may come out.
            }
        }
    }

    [Theory]
    [InlineData(8)] // tensors
    [InlineData(16)] // values
    public void Open_AbsurdCount_IsRefusedWithoutTakingMemory(int place)
    {
        byte[] file = File.ReadAllBytes(Tiny);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(place), ulong.MaxValue / 2);
        using TemporaryFolder folder = new();
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Write("absurd.gguf", file)));
    }

    [Fact]
    public void Open_UnsupportedType_SaysWhichAre()
    {
        byte[] file = File.ReadAllBytes(Tiny);
        int place = file.AsSpan().LastIndexOf("layer_output_norm.bias"u8) + 22 + sizeof(uint) + sizeof(ulong);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(place), 12); // Q4_K
        using TemporaryFolder folder = new();
        CheckpointException refusal = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Write("other.gguf", file)));
        Assert.Equal("the type 12", refusal.Found);
        Assert.Contains("Q8_0 (8)", refusal.Expected, StringComparison.Ordinal);
    }

    private static string Hash(float[] values) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())));
}

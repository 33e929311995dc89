using Akin.Models.Checkpoints;

namespace Akin.Models.Tests.Checkpoints;

public sealed class CheckpointTests
{
    [Theory]
    [InlineData("safetensors-sharded")]
    [InlineData("safetensors-no-metadata")]
    [InlineData("bin-sharded")]
    public void Open_AnyLayout_GivesTheTensorsOfSafetensors(string variant)
    {
        using Checkpoint expected = Checkpoint.Open(Repository.Golden("models", "formats", "safetensors"));
        using Checkpoint actual = Checkpoint.Open(Repository.Golden("models", "formats", variant));
        AssertEqual(expected, actual);
    }

    [Theory]
    [InlineData("safetensors-gamma-beta")]
    public void WithCanonicalNames_OldNames_GiveTheTensorsOfSafetensors(string variant)
    {
        using Checkpoint expected = Checkpoint.Open(Repository.Golden("models", "formats", "safetensors"));
        using Checkpoint actual = Checkpoint.Open(Repository.Golden("models", "formats", variant)).WithCanonicalNames("bert.");
        AssertEqual(expected, actual);
    }

    [Fact]
    public void WithCanonicalNames_BackboneAlone_GetsThePrefix()
    {
        using Checkpoint expected = Checkpoint.Open(Repository.Golden("models", "formats", "safetensors"));
        using Checkpoint actual = Checkpoint.Open(Repository.Golden("models", "formats", "safetensors-no-prefix")).WithCanonicalNames("bert.");
        Assert.Equal(expected.Tensors.Keys.Where(name => name.StartsWith("bert.", StringComparison.Ordinal)), actual.Tensors.Keys);
        Assert.Equal(expected.Read("bert.pooler.dense.weight"), actual.Read("bert.pooler.dense.weight"));
    }

    [Fact]
    public void WithCanonicalNames_Constants_AreDropped()
    {
        using TemporaryFolder folder = new();
        SafetensorsWriter writer = new();
        writer.AddBytes("embeddings.position_ids", [1, 2], new byte[16], TensorDType.I64);
        writer.AddBytes("h.0.attn.bias", [1, 1, 2, 2], new byte[4], TensorDType.U8);
        writer.Add("h.0.attn.masked_bias", [1], new float[] { -1e4f });
        writer.Add("extra", [1], new float[] { 3 });
        writer.Save(folder.File("model.safetensors"));
        using Checkpoint checkpoint = Checkpoint.Open(folder.Path).WithCanonicalNames("bert.");
        Assert.Equal(["bert.extra"], checkpoint.Tensors.Keys);
        Assert.Equal("bert.extra", checkpoint.Tensors["bert.extra"].Name);
        Assert.Equal([3], checkpoint.Read("bert.extra"));
    }

    [Fact]
    public void WithCanonicalNames_OldAndNewNameTogether_IsRefused()
    {
        using TemporaryFolder folder = new();
        SafetensorsWriter writer = new();
        writer.Add("bert.LayerNorm.gamma", [1], new float[1]);
        writer.Add("bert.LayerNorm.weight", [1], new float[1]);
        writer.Save(folder.File("model.safetensors"));
        using Checkpoint checkpoint = Checkpoint.Open(folder.Path);
        Assert.Contains("bert.LayerNorm.gamma", Assert.Throws<CheckpointException>(() => checkpoint.WithCanonicalNames("bert.")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FolderWithoutWeights_ListsTheNamesLookedFor()
    {
        using TemporaryFolder folder = new();
        folder.Write("config.json", "{}"u8);
        CheckpointException refusal = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path));
        Assert.Equal(folder.Path, refusal.File);
        Assert.Contains("model.safetensors, model.safetensors.index.json", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NothingThere_SaysSo() =>
        Assert.Contains("no such file or folder", Assert.Throws<CheckpointException>(() => Checkpoint.Open("/nowhere/at/all")).Message, StringComparison.Ordinal);

    [Fact]
    public void Open_FileOfUnknownKind_SaysSo() =>
        Assert.Contains("'config.json'", Assert.Throws<CheckpointException>(() => Checkpoint.Open(Repository.Golden("models", "formats", "safetensors", "config.json"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"weight_map":{"a":"../model-00001.safetensors"}}""", "../model-00001")]
    [InlineData("""{"weight_map":{"a":"/etc/passwd"}}""", "/etc/passwd")]
    [InlineData("""{"weight_map":{"a":7}}""", "Number")]
    [InlineData("""{"weight_map":{"a":"absent.safetensors"}}""", "no such file")]
    [InlineData("""{"weight_map":{"missing":"shard.safetensors"}}""", "'missing'")]
    [InlineData("""{"weight_map":{"a":"shard.safetensors","a":"other.safetensors"}}""", "'other.safetensors'")]
    [InlineData("""{"weight_map":{"\ud800":"shard.safetensors"}}""", "JSON")]
    [InlineData("""{"weight_map":{}}""", "empty weight_map")]
    [InlineData("""{"metadata":{}}""", "no weight_map")]
    [InlineData("""[]""", "no weight_map")]
    [InlineData("""{"weight_map":""", "JSON")]
    public void Open_BadIndex_NamesTheFault(string index, string named)
    {
        using TemporaryFolder folder = new();
        SafetensorsWriter writer = new();
        writer.Add("a", [1], new float[1]);
        writer.Save(folder.File("shard.safetensors"));
        folder.Write("model.safetensors.index.json", System.Text.Encoding.UTF8.GetBytes(index));
        Assert.Contains(named, Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ShardWithTensorsBesideTheIndex_OffersThem()
    {
        using TemporaryFolder folder = new();
        foreach ((string file, float value) in new[] { ("one.safetensors", 1f), ("two.safetensors", 2f) })
        {
            SafetensorsWriter writer = new();
            writer.Add("shared", [1], new float[] { value });
            writer.Add($"only.{file}", [1], new float[] { value });
            writer.Save(folder.File(file));
        }

        folder.Write("model.safetensors.index.json", """{"weight_map":{"shared":"two.safetensors","only.one.safetensors":"one.safetensors"}}"""u8);
        using Checkpoint checkpoint = Checkpoint.Open(folder.Path);
        Assert.Equal([2], checkpoint.Read("shared"));
        Assert.Equal([2], checkpoint.Read("only.two.safetensors"));
    }

    [SharedFact("models/all-MiniLM-L6-v2")]
    public void Open_PublishedModel_HasItsTensors()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Repository.Shared("models", "all-MiniLM-L6-v2"));
        using Checkpoint canonical = checkpoint.WithCanonicalNames("bert.");
        Assert.Equal([30522, 384], canonical.Tensors["bert.embeddings.word_embeddings.weight"].Shape);
        Assert.DoesNotContain(canonical.Tensors.Keys, name => name.EndsWith("position_ids", StringComparison.Ordinal));
        Assert.Equal(30522 * 384, canonical.Read("bert.embeddings.word_embeddings.weight").Length);
    }

    internal static void AssertEqual(Checkpoint expected, Checkpoint actual)
    {
        Assert.Equal(expected.Tensors.Keys.Order(), actual.Tensors.Keys.Order());
        foreach (TensorInfo tensor in expected.Tensors.Values)
        {
            Assert.Equal(tensor.Shape, actual.Tensors[tensor.Name].Shape);
            Assert.Equal(expected.Read(tensor.Name), actual.Read(tensor.Name));
        }
    }
}

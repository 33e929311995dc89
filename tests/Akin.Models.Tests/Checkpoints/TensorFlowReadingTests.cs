using System.Text;
using System.Text.Json;
using Akin.Models.Checkpoints;
using Akin.Models.Checkpoints.TensorFlow;

namespace Akin.Models.Tests.Checkpoints;

public sealed class TensorFlowReadingTests
{
    private const string Index = "bert_model.ckpt.index";
    private const string Data = "bert_model.ckpt.data-00000-of-00001";

    [Theory]
    [InlineData("published", "pre_training")]
    [InlineData("with-adam", "pre_training")]
    [InlineData("sharded", "pre_training")]
    [InlineData("run_classifier_output", "classifier")]
    [InlineData("run_squad_output", "squad")]
    public void Open_CheckpointOfBert_GivesTheTensorsOfHuggingFace(string variant, string head)
    {
        using Checkpoint expected = Checkpoint.Open(Repository.Golden("models", "tf", "hf", head));
        using Checkpoint actual = Checkpoint.Open(Repository.Golden("models", "tf", variant));
        CheckpointTests.AssertEqual(expected, actual);
    }

    [Theory]
    [InlineData("published")]
    [InlineData("with-adam")]
    [InlineData("sharded")]
    [InlineData("run_classifier_output")]
    [InlineData("run_squad_output")]
    public void Read_EveryVariable_HasTheShapeAndSumThatTensorFlowFinds(string variant)
    {
        JsonElement recorded = Json("variables.json").GetProperty("checkpoints").GetProperty(variant);
        using TensorBundle bundle = new(Path.Combine(Repository.Golden("models", "tf", variant), recorded.GetProperty("prefix").GetString()!));
        Assert.Equal(recorded.GetProperty("variables").EnumerateArray().Select(variable => variable.GetProperty("name").GetString()), bundle.Entries.Keys);
        foreach (JsonElement variable in recorded.GetProperty("variables").EnumerateArray())
        {
            BundleEntry entry = bundle.Entries[variable.GetProperty("name").GetString()!];
            float[] values = new float[entry.Variable.ElementCount];
            bundle.Read(entry, values);
            Assert.Equal(variable.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), entry.Variable.Shape);
            Assert.Equal(variable.GetProperty("dtype").GetString() == "int64" ? TensorDType.I64 : TensorDType.F32, entry.Variable.DType);

            // Sums in double differ by the order of the additions alone.
            double scale = variable.GetProperty("abs_sum").GetDouble();
            Assert.Equal(variable.GetProperty("sum").GetDouble(), values.Sum(value => (double)value), 1e-12 * scale);
            Assert.Equal(scale, values.Sum(value => Math.Abs((double)value)), 1e-12 * scale);
        }
    }

    [Fact]
    public void Translate_EveryNameOfTheMap_GivesTheHuggingFaceName()
    {
        foreach (JsonProperty pair in Json("name_map.json").EnumerateObject())
        {
            Assert.Equal((pair.Name, pair.Value.GetProperty("transposed").GetBoolean()), TensorFlowNames.Translate(pair.Value.GetProperty("tensorflow").GetString()!));
        }
    }

    [Theory]
    [InlineData("electra/embeddings/word_embeddings")]
    [InlineData("model/transformer/kernel")]
    public void Translate_NameOfAnotherModel_KeepsIt(string variable) => Assert.Equal((variable, false), TensorFlowNames.Translate(variable));

    [Fact]
    public void Open_ByPrefixIndexOrNote_IsTheSame()
    {
        string folder = Repository.Golden("models", "tf", "run_classifier_output");
        using Checkpoint expected = Checkpoint.Open(Path.Combine(folder, "model.ckpt-343"));
        using Checkpoint index = Checkpoint.Open(Path.Combine(folder, "model.ckpt-343.index"));
        using Checkpoint note = Checkpoint.Open(Path.Combine(folder, "checkpoint"));
        CheckpointTests.AssertEqual(expected, index);
        CheckpointTests.AssertEqual(expected, note);
        using Checkpoint other = Checkpoint.Open(Path.Combine(folder, "model.ckpt-0"));
        Assert.NotEqual(expected.Read("classifier.weight"), other.Read("classifier.weight"));
    }

    [Theory]
    [InlineData("index-truncated", "as the last 8 bytes")]
    [InlineData("index-empty", "an empty file")]
    [InlineData("index-bad-magic", "as the last 8 bytes")]
    [InlineData("index-bit-flip", "checksum")]
    public void Open_DamagedIndex_IsRefusedAsByTensorFlow(string variant, string said)
    {
        Assert.False(Json("damaged", "cases.json").GetProperty(variant).GetProperty("opens").GetBoolean());
        Assert.Contains(said, Assert.Throws<CheckpointException>(() => Checkpoint.Open(Repository.Golden("models", "tf", "damaged", variant))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data-truncated", "a file of 6372 bytes")]
    [InlineData("data-bit-flip", "data with checksum")]
    [InlineData("data-missing", "no such file")]
    public void Read_DamagedData_IsRefusedWhereTensorFlowDoes(string variant, string said)
    {
        JsonElement recorded = Json("damaged", "cases.json").GetProperty(variant);
        using Checkpoint whole = Checkpoint.Open(Repository.Golden("models", "tf", "damaged", "undamaged"));
        using Checkpoint checkpoint = Checkpoint.Open(Repository.Golden("models", "tf", "damaged", variant));
        Assert.Equal(recorded.GetProperty("variables").GetInt32(), checkpoint.Tensors.Count);
        List<string> unreadable = [];
        foreach (string name in checkpoint.Tensors.Keys)
        {
            try
            {
                Assert.Equal(whole.Read(name), checkpoint.Read(name));
            }
            catch (CheckpointException exception)
            {
                Assert.Contains(said, exception.Message, StringComparison.Ordinal);
                unreadable.Add(exception.Tensor!);
            }
        }

        Assert.Equal(recorded.GetProperty("unreadable").GetInt32(), unreadable.Count);
        Assert.Equal(recorded.GetProperty("first")[0][0].GetString(), unreadable.Order(StringComparer.Ordinal).First());
    }

    [Fact]
    public void Open_IndexCutAtEveryByte_IsRefused()
    {
        using TemporaryFolder folder = CopyOfUndamaged();
        using FileStream stream = new(folder.File(Index), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        while (stream.Length > 0)
        {
            stream.SetLength(stream.Length - 1);
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path));
        }
    }

    [Fact]
    public void Read_DataCutAtEveryByte_GivesRightValuesOrIsRefused()
    {
        using Checkpoint whole = Checkpoint.Open(Repository.Golden("models", "tf", "damaged", "undamaged"));
        using TemporaryFolder folder = CopyOfUndamaged();
        using FileStream stream = new(folder.File(Data), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        while (stream.Length > 0)
        {
            stream.SetLength(stream.Length - 1);
            using Checkpoint cut = Checkpoint.Open(folder.Path);
            int refused = 0;
            foreach (string name in cut.Tensors.Keys)
            {
                try
                {
                    Assert.Equal(whole.Read(name), cut.Read(name));
                }
                catch (CheckpointException)
                {
                    refused++;
                }
            }

            Assert.NotEqual(0, refused);
        }
    }

    [Fact]
    public void Open_EveryBitOfTheIndexChanged_IsRefusedOrUnchanged()
    {
        using Checkpoint whole = Checkpoint.Open(Repository.Golden("models", "tf", "damaged", "undamaged"));
        using TemporaryFolder folder = CopyOfUndamaged();
        byte[] index = File.ReadAllBytes(folder.File(Index));
        for (int bit = 0; bit < 8 * index.Length; bit++)
        {
            index[bit / 8] ^= (byte)(1 << (bit % 8));
            folder.Write(Index, index);
            index[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                using Checkpoint changed = Checkpoint.Open(folder.Path); // bits that nobody reads: padding, the empty meta index
                CheckpointTests.AssertEqual(whole, changed);
            }
            catch (CheckpointException)
            {
                // The only error that may come out.
            }
        }
    }

    public static TheoryData<string, byte[]> HostileIndexes => new()
    {
        { "snappy", IndexBuilder.Table(compression: 1, blockCopies: 1, ("", IndexBuilder.Header)) },
        { "method 7", IndexBuilder.Table(compression: 7, blockCopies: 1, ("", IndexBuilder.Header)) },
        { "ascending keys", IndexBuilder.Table(compression: 0, blockCopies: 2, ("", IndexBuilder.Header)) },
        { "ascending keys", IndexBuilder.Table(("", IndexBuilder.Header), ("b", IndexBuilder.TwoFloats), ("a", IndexBuilder.TwoFloats)) },
        { "no header", IndexBuilder.Table() },
        { "no header", IndexBuilder.Table(("a", IndexBuilder.TwoFloats)) },
        { "0 data files", IndexBuilder.Table(("", [])) },
        { "data files", IndexBuilder.Table(("", [0x08, .. IndexBuilder.Varint(100_000)])) },
        { "byte order", IndexBuilder.Table(("", [0x08, 0x01, 0x10, 0x01])) },
        { "version 2", IndexBuilder.Table(("", [0x08, 0x01, 0x1A, 0x02, 0x10, 0x02])) },
        { "object-based", IndexBuilder.Table(("", IndexBuilder.Header), ("_CHECKPOINTABLE_OBJECT_GRAPH", [0x08, 0x07])) },
        { "DT_STRING", IndexBuilder.Table(("", IndexBuilder.Header), ("a", [0x08, 0x07])) },
        { "number 0", IndexBuilder.Table(("", IndexBuilder.Header), ("a", [])) },
        { "slices", IndexBuilder.Table(("", IndexBuilder.Header), ("a", [0x08, 0x01, 0x3A, 0x00])) },
        { "unknown rank", IndexBuilder.Table(("", IndexBuilder.Header), ("a", [0x08, 0x01, 0x12, 0x02, 0x18, 0x01])) },
        { "size -1 in the shape", IndexBuilder.Table(("", IndexBuilder.Header), ("a", [0x08, 0x01, 0x12, 0x0D, 0x12, 0x0B, 0x08, .. IndexBuilder.Varint(ulong.MaxValue)])) },
        { "overflows", IndexBuilder.Table(("", IndexBuilder.Header), ("a", [0x08, 0x01, 0x12, 0x0C, 0x12, 0x0A, 0x08, .. IndexBuilder.Varint(long.MaxValue)])) },
        { "9 bytes for F32 of shape [2]", IndexBuilder.Table(("", IndexBuilder.Header), ("a", [.. IndexBuilder.TwoFloats, 0x28, 0x09])) },
        { "data file 1", IndexBuilder.Table(("", IndexBuilder.Header), ("a", [.. IndexBuilder.TwoFloats, 0x18, 0x01])) },
        { "data file 0", IndexBuilder.Table(("", IndexBuilder.Header), ("a", [.. IndexBuilder.TwoFloats, 0x20, .. IndexBuilder.Varint(ulong.MaxValue)])) },
        { "a field of 127 bytes", IndexBuilder.Table(("", IndexBuilder.Header), ("a", [0x12, 0x7F])) },
        { "a number that is cut short", IndexBuilder.Table(("", IndexBuilder.Header), ("a", [0x08, 0x80])) },
        { "wire type 3", IndexBuilder.Table(("", IndexBuilder.Header), ("a", [0x0B])) },
        { "field tag 0", IndexBuilder.Table(("", IndexBuilder.Header), ("a", [0x00])) },
        { "1 dimensions", IndexBuilder.Table(("", IndexBuilder.Header), ("bert/pooler/dense/kernel", IndexBuilder.TwoFloats)) },
        { "the same parameter", IndexBuilder.Table(("", IndexBuilder.Header), ("bert/LayerNorm/gamma", IndexBuilder.TwoFloats), ("bert/LayerNorm/weight", IndexBuilder.TwoFloats)) },
        { "restart points", IndexBuilder.TableOfBlock([0xFF, 0xFF, 0xFF, 0xFF]) },
        { "restart points", IndexBuilder.TableOfBlock([]) },
        { "damaged entry", IndexBuilder.TableOfBlock([5, 1, 0, (byte)'a', 0, 0, 0, 0]) },
        { "damaged entry", IndexBuilder.TableOfBlock([0, .. IndexBuilder.Varint(ulong.MaxValue), .. IndexBuilder.Varint(2), 0, 0, 0, 0]) },
    };

    [Theory]
    [MemberData(nameof(HostileIndexes))]
    public void Open_HostileIndex_NamesTheFault(string named, byte[] index)
    {
        using TemporaryFolder folder = new();
        folder.Write(Index, index);
        Assert.Contains(named, Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_KeysThatGrow_AreBounded()
    {
        // Every entry shares all of the key before and adds 100 bytes: 2 MB of index would spell 20 GB of names.
        List<byte> block = [0, 0, .. IndexBuilder.Varint((ulong)IndexBuilder.Header.Length), .. IndexBuilder.Header];
        byte[] own = new byte[100];
        own.AsSpan().Fill((byte)'x');
        for (int i = 0; i < 20_000; i++)
        {
            block.AddRange([.. IndexBuilder.Varint((ulong)i * 100), 100, 0, .. own]);
        }

        using TemporaryFolder folder = new();
        folder.Write(Index, IndexBuilder.TableOfBlock([.. block, 0, 0, 0, 0]));
        Assert.Contains("bytes of keys", Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_VariableBeyondItsFile_IsRefusedWhenRead()
    {
        using TemporaryFolder folder = new();
        folder.Write(Index, IndexBuilder.Table(("", IndexBuilder.Header), ("a", [.. IndexBuilder.TwoFloats, 0x20, .. IndexBuilder.Varint(long.MaxValue)])));
        folder.Write(Data, new byte[8]);
        using Checkpoint checkpoint = Checkpoint.Open(folder.Path);
        Assert.Throws<CheckpointException>(() => checkpoint.Read("a"));
    }

    [Theory]
    [InlineData("model_checkpoint_path: \"../elsewhere/model.ckpt\"", "in the same folder")]
    [InlineData("model_checkpoint_path: \"/elsewhere/model.ckpt\"", "in the same folder")]
    [InlineData("model_checkpoint_path: \"\"", "NAME")]
    [InlineData("model_checkpoint_path: \"a\\000\"", "NAME")]
    [InlineData("model_checkpoint_path: \"a\\x\"", "NAME")]
    [InlineData("model_checkpoint_path: model", "NAME")]
    [InlineData("all_model_checkpoint_paths: \"model\"", "no model_checkpoint_path")]
    [InlineData("", "no model_checkpoint_path")]
    [InlineData("model_checkpoint_path: \"absent.ckpt\"", "absent.ckpt.index: found no such file")]
    public void Open_BadNote_NamesTheFault(string text, string named)
    {
        using TemporaryFolder folder = new();
        folder.Write("checkpoint", Encoding.UTF8.GetBytes(text));
        Assert.Contains(named, Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoteWithEscapedName_FindsIt()
    {
        using TemporaryFolder folder = new();
        folder.Write("모델.ckpt.index", IndexBuilder.Table(("", IndexBuilder.Header)));
        folder.Write("checkpoint", "model_checkpoint_path: \"\\353\\252\\250\\353\\215\\270.ckpt\"\n"u8);
        using Checkpoint checkpoint = Checkpoint.Open(folder.Path);
        Assert.Empty(checkpoint.Tensors);
    }

    [Fact]
    public void MaskedCrc32C_KnownText_HasItsChecksum()
    {
        // The check value of CRC-32C in RFC 3720's catalogue: "123456789" gives E3069283.
        uint mask = MaskedCrc32C.Mask(MaskedCrc32C.Append(MaskedCrc32C.Start, "123456789"u8));
        Assert.Equal(System.Numerics.BitOperations.RotateRight(0xE3069283, 15) + 0xA282EAD8, mask);
        Assert.Equal(mask, MaskedCrc32C.Mask(MaskedCrc32C.Append(MaskedCrc32C.Append(MaskedCrc32C.Start, "12"u8), "3456789"u8)));
    }

    private static TemporaryFolder CopyOfUndamaged()
    {
        TemporaryFolder folder = new();
        foreach (string name in new[] { Index, Data })
        {
            folder.Write(name, File.ReadAllBytes(Repository.Golden("models", "tf", "damaged", "undamaged", name)));
        }

        return folder;
    }

    private static JsonElement Json(params string[] parts) => JsonDocument.Parse(File.ReadAllBytes(Repository.Golden(["models", "tf", .. parts]))).RootElement;
}

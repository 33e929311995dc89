using System.Text;
using System.Text.Json;
using Akin.Models.Checkpoints;

namespace Akin.Models.Tests.Checkpoints;

public sealed class PyTorchReadingTests
{
    // Names that a bin file's state dict has although safetensors drops them as tied to others, and what they are tied to.
    private static readonly Dictionary<string, string> Tied = new()
    {
        ["cls.predictions.decoder.weight"] = "bert.embeddings.word_embeddings.weight",
        ["cls.predictions.decoder.bias"] = "cls.predictions.bias",
    };

    [Theory]
    [InlineData("bin-zip", "safetensors")]
    [InlineData("bin-legacy", "safetensors")]
    [InlineData("bin-protocol-4", "safetensors")]
    [InlineData("bin-views", "safetensors")]
    [InlineData("bin-views-legacy", "safetensors")]
    [InlineData("bin-gamma-beta", "safetensors")]
    [InlineData("bin-mixed", "safetensors")]
    [InlineData("bin-mixed-legacy", "safetensors")]
    [InlineData("bin-fp16", "safetensors-fp16")]
    [InlineData("bin-bf16", "safetensors-bf16")]
    public void Open_AnyBinLayout_GivesTheTensorsOfSafetensors(string variant, string reference)
    {
        using Checkpoint expected = Checkpoint.Open(Repository.Golden("models", "formats", reference));
        using Checkpoint actual = Checkpoint.Open(Repository.Golden("models", "formats", variant)).WithCanonicalNames("bert.");
        foreach (TensorInfo tensor in expected.Tensors.Values)
        {
            Assert.Equal(tensor.Shape, actual.Tensors[tensor.Name].Shape);
            Assert.Equal(tensor.DType, actual.Tensors[tensor.Name].DType);
            Assert.Equal(expected.Read(tensor.Name), actual.Read(tensor.Name));
        }

        foreach ((string tied, string original) in Tied.Where(pair => actual.Tensors.ContainsKey(pair.Key)))
        {
            Assert.Equal(expected.Read(original), actual.Read(tied));
        }

        IEnumerable<string> unexpected = actual.Tensors.Keys.Except(expected.Tensors.Keys).Except(Tied.Keys);
        using JsonDocument variants = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("models", "formats", "variants.json")));
        IEnumerable<string?> recorded = variants.RootElement.GetProperty("variants").GetProperty(variant).TryGetProperty("unexpected", out JsonElement names)
            ? names.EnumerateArray().Select(name => name.GetString())
            : []; // bin-protocol-4, which PyTorch refuses and this reader reads
        Assert.Equal(recorded, unexpected.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("bin-mixed")]
    [InlineData("bin-mixed-legacy")]
    public void Read_ExtraTypes_GivesTheirValues(string variant)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Repository.Golden("models", "formats", variant));
        Assert.Equal([1, 0], checkpoint.Read("extra.flag"));
        Assert.Equal([1.5f], checkpoint.Read("extra.double"));
        Assert.Empty(checkpoint.Tensors["extra.double"].Shape);
        Assert.Equal([0, 4], checkpoint.Tensors["extra.empty"].Shape);
        Assert.Empty(checkpoint.Read("extra.empty"));
        Assert.Equal([-3, 7], checkpoint.Read("extra.int8"));
        Assert.Equal([250], checkpoint.Read("extra.uint8"));
        Assert.Equal([-70000], checkpoint.Read("extra.int32"));
        Assert.Equal([-700], checkpoint.Read("extra.int16"));
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)i), checkpoint.Read("bert.embeddings.position_ids"));
        Assert.Equal(TensorDType.I64, checkpoint.Tensors["bert.embeddings.position_ids"].DType);
    }

    [Fact]
    public void Open_TrainingCheckpoint_SaysWhatIsInItAndWhatToDo()
    {
        string message = Assert.Throws<CheckpointException>(() => Checkpoint.Open(Repository.Golden("models", "formats", "bin-nested"))).Message;
        Assert.Contains("epoch: an int, step: an int, state_dict: a dict, args: a dict", message, StringComparison.Ordinal);
        Assert.Contains("save what is under 'state_dict' alone", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("os-system-zip.bin", "the Python name posix.system")]
    [InlineData("os-system-legacy.bin", "the Python name posix.system")]
    [InlineData("os-system-bare-pickle.bin", "the Python name posix.system")]
    [InlineData("eval-protocol-4.bin", "the Python name builtins.eval")]
    [InlineData("missing-data-record.bin", "/data/0' in the zip file")]
    [InlineData("short-data-record.bin", "3832 bytes in the record", "3840")]
    [InlineData("size-beyond-storage.bin", "[1073741824, 16]", "storage of 960 elements")]
    [InlineData("truncated.bin", "no directory at the end of the zip file")]
    [InlineData("empty.bin", "an empty file")]
    [InlineData("html.bin", "a web page")]
    [InlineData("lfs-pointer.bin", "a Git LFS pointer")]
    public void Open_HostileFile_IsRefusedByName(string name, params string[] named)
    {
        string path = Repository.Golden("models", "formats", "hostile-bin", name);
        CheckpointException refusal = Assert.Throws<CheckpointException>(() => Checkpoint.Open(path));
        Assert.Equal(path, refusal.File);
        Assert.All(named, text => Assert.Contains(text, refusal.Message, StringComparison.Ordinal));
        Assert.False(File.Exists("PWNED"));
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "PWNED")));
    }

    [Fact]
    public void Open_HostileFolder_HasATestForEveryFile()
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("models", "formats", "hostile-bin", "cases.json")));
        Assert.Equal(11, cases.RootElement.EnumerateObject().Count());
    }

    [Theory]
    [InlineData("bin-zip")]
    [InlineData("bin-legacy")]
    public void Open_FileCutAtEveryByte_IsRefused(string variant)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("pytorch_model.bin", File.ReadAllBytes(Repository.Golden("models", "formats", variant, "pytorch_model.bin")));
        using FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        while (stream.Length > 0)
        {
            stream.SetLength(stream.Length - 1);
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(path));
        }
    }

    [Theory]
    [InlineData("bin-mixed")]
    [InlineData("bin-views-legacy")]
    public void Open_BytesChanged_IsRefusedOrReadable(string variant)
    {
        byte[] whole = File.ReadAllBytes(Repository.Golden("models", "formats", variant, "pytorch_model.bin"));
        using TemporaryFolder folder = new();
        Random random = new(20260101);
        for (int round = 0; round < 2000; round++)
        {
            byte[] changed = [.. whole];
            int position = random.Next(whole.Length);
            changed[position] = (byte)random.Next(256);
            string path = folder.Write("pytorch_model.bin", changed);
            try
            {
                using Checkpoint checkpoint = Checkpoint.Open(path);
                foreach (TensorInfo tensor in checkpoint.Tensors.Values)
                {
                    Assert.Equal(tensor.ElementCount, checkpoint.Read(tensor.Name).Length);
                }
            }
            catch (CheckpointException)
            {
                // The only error that may come out.
            }
        }
    }

    [Theory]
    [InlineData("80 01 4B 01 2E", "pickle protocol 1")]
    [InlineData("80 06 2E", "pickle protocol 6")]
    [InlineData("28 69 6F 73 0A 73 79 73 74 65 6D 0A 2E", "opcode Inst (0x69) at byte 1")]
    [InlineData("80 02 81 2E", "opcode NewObj (0x81) at byte 2")]
    [InlineData("80 02 82 01 2E", "opcode Ext1")]
    [InlineData("80 02 FF 2E", "opcode 0xFF")]
    [InlineData("80 02 2E", "without its operand")]
    [InlineData("80 02 74 2E", "without its mark")]
    [InlineData("80 02 28 4B 01 75 2E", "a key without a value")]
    [InlineData("80 02 28 4B 01 4B 02 75 2E", "without its operand")]
    [InlineData("80 02 4B 01 28 30 2E", "without its operand")]
    [InlineData("80 02 68 07 2E", "memo 7")]
    [InlineData("80 02 58 FF FF FF FF 41", "a text of 4294967295 bytes")]
    [InlineData("80 02 8D FF FF FF FF FF FF FF FF", "a text of 18446744073709551615 bytes")]
    [InlineData("80 02 8A FF 01", "the end of the data")]
    [InlineData("80 02 63 6F 73", "the end of the data")]
    [InlineData("80 02 58 01 00 00 00 FF 2E", "not UTF-8")]
    [InlineData("80 02 29 51 2E", "a reference that is not a storage")]
    [InlineData("80 02 4B 01 51 2E", "an int as operand")]
    [InlineData("80 02 63 63 6F 6C 6C 65 63 74 69 6F 6E 73 0A 4F 72 64 65 72 65 64 44 69 63 74 0A 4B 01 85 52 2E", "a call of collections.OrderedDict with 1 unexpected arguments")]
    [InlineData("80 02 7D 2E", "a plain pickle of a dict")]
    public void Open_MalformedPickle_NamesTheInstruction(string hex, string named)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("pytorch_model.bin", Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Contains(named, Assert.Throws<CheckpointException>(() => Checkpoint.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((byte)']', "4000000 instructions")] // one object a byte
    [InlineData((byte)'(', "4000000 instructions")] // one mark a byte
    public void Open_PickleOfManyObjects_IsBounded(byte opcode, string named)
    {
        byte[] bytes = new byte[5_000_000];
        bytes.AsSpan().Fill(opcode);
        using TemporaryFolder folder = new();
        string path = folder.Write("pytorch_model.bin", bytes);
        Assert.Contains(named, Assert.Throws<CheckpointException>(() => Checkpoint.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_DeeplyNestedPickle_DoesNotOverflowTheStack()
    {
        // A million lists, each inside the next: ] ] ] … a a a .
        byte[] bytes = [.. Enumerable.Repeat((byte)']', 1_000_000), .. Enumerable.Repeat((byte)'a', 999_999), (byte)'.'];
        using TemporaryFolder folder = new();
        string path = folder.Write("pytorch_model.bin", bytes);
        Assert.Contains("a plain pickle of a list", Assert.Throws<CheckpointException>(() => Checkpoint.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CompressedZip_IsRefused()
    {
        using TemporaryFolder folder = new();
        using (FileStream stream = File.Create(folder.File("pytorch_model.bin")))
        using (System.IO.Compression.ZipArchive archive = new(stream, System.IO.Compression.ZipArchiveMode.Create))
        {
            using Stream entry = archive.CreateEntry("archive/data.pkl").Open();
            entry.Write(Encoding.UTF8.GetBytes(new string('x', 1000)));
        }

        Assert.Contains("'archive/data.pkl' compressed by method 8", Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path)).Message, StringComparison.Ordinal);
    }
}

using System.Text;
using System.Text.Json;
using Akin.Models.Checkpoints;

namespace Akin.Models.Tests.Checkpoints;

public sealed class SafetensorsReadingTests
{
    public static TheoryData<string> CorruptFiles => [.. Cases().Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(CorruptFiles))]
    public void Open_OddFile_AnswersAsTheOfficialLibrary(string name)
    {
        string path = Repository.Golden("models", "formats", "corrupt-safetensors", name);
        JsonElement expected = Cases().Single(entry => entry.Name == name).Value;
        if (expected.GetProperty("official_load_file").GetString() != "loads")
        {
            CheckpointException refusal = Assert.Throws<CheckpointException>(() => Checkpoint.Open(path));
            Assert.Equal(path, refusal.File);
            return;
        }

        using Checkpoint checkpoint = Checkpoint.Open(path);
        Dictionary<string, float[]> values = expected.GetProperty("values").EnumerateObject().ToDictionary(value => value.Name, value => Floats(value.Value));
        Assert.Equal(values.Keys.Order(), checkpoint.Tensors.Keys.Order());
        foreach ((string tensor, float[] floats) in values)
        {
            Assert.Equal(floats, checkpoint.Read(tensor));
        }
    }

    [Fact]
    public void Open_FileCutAtEveryByte_IsRefused()
    {
        byte[] whole = File.ReadAllBytes(Repository.Golden("models", "formats", "corrupt-safetensors", "01-good-metadata-empty-scalar.safetensors"));
        using TemporaryFolder folder = new();
        for (int length = 0; length < whole.Length; length++)
        {
            string path = folder.Write("cut.safetensors", whole.AsSpan(0, length));
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(path));
        }
    }

    [Fact]
    public void Open_EveryHeaderByteChanged_IsRefusedOrReadable()
    {
        byte[] whole = File.ReadAllBytes(Repository.Golden("models", "formats", "corrupt-safetensors", "00-good.safetensors"));
        using TemporaryFolder folder = new();
        for (int position = 0; position < whole.Length - 24; position++)
        {
            foreach (byte change in (byte[])[0x01, 0x80, 0xFF])
            {
                byte[] changed = [.. whole];
                changed[position] ^= change;
                string path = folder.Write("changed.safetensors", changed);
                try
                {
                    using Checkpoint checkpoint = Checkpoint.Open(path);
                    foreach (string name in checkpoint.Tensors.Keys)
                    {
                        Assert.InRange(checkpoint.Read(name).Length, 0, 24);
                    }
                }
                catch (CheckpointException)
                {
                    // The only error that may come out.
                }
            }
        }
    }

    [Fact]
    public void Open_Metadata_IsOffered()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Repository.Golden("models", "formats", "corrupt-safetensors", "01-good-metadata-empty-scalar.safetensors"));
        Assert.Equal("pt", checkpoint.Metadata["format"]);
        Assert.Equal("한글 ü", checkpoint.Metadata["note"]);
        Assert.Equal("F32[0, 4]", checkpoint.Tensors["e"].ToString());
        Assert.Empty(checkpoint.Tensors["s"].Shape);
    }

    [Theory]
    [InlineData("U16")]
    [InlineData("F8_E4M3")]
    [InlineData("C64")]
    public void Open_TypeThatIsNotRead_NamesItAndTheSupportedOnes(string dtype)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.safetensors", WithHeader("""{"a":{"dtype":"TYPE","shape":[0],"data_offsets":[0,0]}}""".Replace("TYPE", dtype, StringComparison.Ordinal)));
        CheckpointException refusal = Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path));
        Assert.Equal("a", refusal.Tensor);
        Assert.Contains($"'{dtype}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("I64, F64, F32, I32, BF16, F16, I16, I8, U8, BOOL", refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a\ud800":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""")]
    [InlineData("""{"__metadata__":{"a":"\udc00"}}""")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}} x""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4,0],"data_offsets":[0,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,9223372036854775807]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387903],"data_offsets":[0,9223372036854775807]}}""")]
    [InlineData("null")]
    [InlineData("")]
    public void Open_HostileHeader_IsRefused(string header)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.safetensors", WithHeader(header));
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(path));
    }

    [Fact]
    public void Open_HeaderWithoutTensors_IsEmpty()
    {
        using TemporaryFolder folder = new();
        using Checkpoint checkpoint = Checkpoint.Open(folder.Write("model.safetensors", WithHeader("{}")));
        Assert.Empty(checkpoint.Tensors);
        Assert.Empty(checkpoint.Metadata);
    }

    [Fact]
    public void Open_HeaderWhoseLengthSpellsMarkup_IsReadAllTheSame()
    {
        // 0x683C is a length whose first bytes are "<h", as a web page's.
        using TemporaryFolder folder = new();
        using Checkpoint checkpoint = Checkpoint.Open(folder.Write("model.safetensors", WithHeader("{}".PadRight(0x683C))));
        Assert.Empty(checkpoint.Tensors);
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull")]
    [InlineData("<!DOCTYPE html><title>404</title>", "web page")]
    public void Open_SomethingElseUnderTheName_SaysWhatItIs(string content, string said)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.safetensors", Encoding.UTF8.GetBytes(content));
        Assert.Contains(said, Assert.Throws<CheckpointException>(() => Checkpoint.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WrongLengthOrName_NamesTensorAndSizes()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Repository.Golden("models", "formats", "safetensors"));
        CheckpointException length = Assert.Throws<CheckpointException>(() => checkpoint.Read("bert.pooler.dense.bias", new float[17]));
        Assert.Contains("F32[16] (16 elements); expected 17 elements", length.Message, StringComparison.Ordinal);
        CheckpointException name = Assert.Throws<CheckpointException>(() => checkpoint.Read("bert.pooler.bias"));
        Assert.Equal("bert.pooler.bias", name.Tensor);
    }

    [Fact]
    public void Read_AfterDispose_IsRefused()
    {
        Checkpoint checkpoint = Checkpoint.Open(Repository.Golden("models", "formats", "safetensors"));
        checkpoint.Dispose();
        Assert.Throws<ObjectDisposedException>(() => checkpoint.Read("bert.pooler.dense.bias"));
    }

    [Fact]
    public void Read_EveryType_ConvertsToFloat()
    {
        using TemporaryFolder folder = new();
        SafetensorsWriter writer = new();
        writer.AddBytes("bool", [3], new byte[] { 0, 1, 7 }, TensorDType.Bool);
        writer.AddBytes("u8", [2], new byte[] { 0, 250 }, TensorDType.U8);
        writer.AddBytes("i8", [2], new byte[] { 0xFD, 7 }, TensorDType.I8);
        writer.AddBytes("i16", [2], Bytes<short>([-700, short.MaxValue]), TensorDType.I16);
        writer.AddBytes("i32", [2], Bytes<int>([-70000, int.MaxValue]), TensorDType.I32);
        writer.AddBytes("i64", [2], Bytes<long>([-5, 1L << 40]), TensorDType.I64);
        writer.AddBytes("f16", [4], Bytes<Half>([(Half)1.5f, Half.Epsilon, Half.NegativeInfinity, Half.MaxValue]), TensorDType.F16);
        writer.AddBytes("bf16", [2], Bytes<ushort>([0x3FC0, 0xC000]), TensorDType.BF16);
        writer.AddBytes("f64", [2], Bytes<double>([1.0 / 3.0, 1e300]), TensorDType.F64);
        writer.Add("f32", [2], new float[] { 0.1f, float.Epsilon });
        writer.Save(folder.File("types.safetensors"));

        using Checkpoint checkpoint = Checkpoint.Open(folder.File("types.safetensors"));
        Assert.Equal([0, 1, 1], checkpoint.Read("bool"));
        Assert.Equal([0, 250], checkpoint.Read("u8"));
        Assert.Equal([-3, 7], checkpoint.Read("i8"));
        Assert.Equal([-700, short.MaxValue], checkpoint.Read("i16"));
        Assert.Equal([-70000, 2147483648f], checkpoint.Read("i32"));
        Assert.Equal([-5, 1099511627776f], checkpoint.Read("i64"));
        Assert.Equal([1.5f, 5.9604645e-8f, float.NegativeInfinity, 65504], checkpoint.Read("f16"));
        Assert.Equal([1.5f, -2], checkpoint.Read("bf16"));
        Assert.Equal([1f / 3f, float.PositiveInfinity], checkpoint.Read("f64"));
        Assert.Equal([0.1f, float.Epsilon], checkpoint.Read("f32"));
    }

    [Fact]
    public void Read_TensorOfManyPieces_GivesEveryElement()
    {
        // Larger than what one thread reads at a time, and no multiple of it.
        ushort[] halfs = [.. Enumerable.Range(0, 700_001).Select(i => BitConverter.HalfToUInt16Bits((Half)(i % 2048)))];
        using TemporaryFolder folder = new();
        SafetensorsWriter writer = new();
        writer.AddBytes("halfs", [halfs.Length], Bytes(halfs), TensorDType.F16);
        writer.Add("floats", [halfs.Length], Enumerable.Range(0, halfs.Length).Select(i => (float)i).ToArray());
        writer.Save(folder.File("large.safetensors"));

        using Checkpoint checkpoint = Checkpoint.Open(folder.File("large.safetensors"));
        float[] converted = checkpoint.Read("halfs");
        float[] copied = checkpoint.Read("floats");
        for (int i = 0; i < halfs.Length; i++)
        {
            Assert.Equal(i % 2048, converted[i]);
            Assert.Equal(i, copied[i]);
        }
    }

    [Fact]
    public void Read_OfAFileCutShortMeanwhile_SaysSo()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // it does not let anyone shorten a file that is mapped
        }

        using TemporaryFolder folder = new();
        SafetensorsWriter writer = new();
        writer.Add("weight", [3, 100_000], new float[300_000]);
        writer.Save(folder.File("cut.safetensors"));
        using Checkpoint checkpoint = Checkpoint.Open(folder.File("cut.safetensors"));
        using (FileStream file = new(folder.File("cut.safetensors"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            file.SetLength(500_000);
        }

        CheckpointException error = Assert.Throws<CheckpointException>(() => checkpoint.Read("weight"));
        Assert.Contains("end of the file at byte 500000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HalfsOfEveryBitPattern_AreExact()
    {
        ushort[] patterns = [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits)];
        float[] halfs = new float[patterns.Length];
        float[] bfloats = new float[patterns.Length];
        ElementConversion.ToSingle(TensorDType.F16, Bytes(patterns), halfs);
        ElementConversion.ToSingle(TensorDType.BF16, Bytes(patterns), bfloats);
        foreach (ushort pattern in patterns)
        {
            Assert.Equal((float)BitConverter.UInt16BitsToHalf(pattern), halfs[pattern]);
            Assert.Equal(BitConverter.Int32BitsToSingle(pattern << 16), bfloats[pattern]);
        }
    }

    internal static byte[] WithHeader(string json)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        return [.. BitConverter.GetBytes((long)text.Length), .. text];
    }

    internal static byte[] Bytes<T>(T[] values)
        where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static float[] Floats(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().SelectMany(Floats)] : [value.GetSingle()];

    private static JsonElement.ObjectEnumerator Cases() =>
        JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("models", "formats", "corrupt-safetensors", "cases.json"))).RootElement.EnumerateObject();
}

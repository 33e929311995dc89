using Akin.Models.Checkpoints;

namespace Akin.Models.Tests.Checkpoints;

public sealed class SafetensorsWriterTests
{
    [Theory]
    [InlineData("safetensors", TensorDType.F32)]
    [InlineData("safetensors-no-metadata", TensorDType.F32)]
    [InlineData("safetensors-gamma-beta", TensorDType.F32)]
    [InlineData("safetensors-fp16", TensorDType.F16)]
    [InlineData("safetensors-bf16", TensorDType.BF16)]
    public void Save_TensorsOfAnOfficialFile_GivesTheSameBytes(string variant, TensorDType dtype)
    {
        string official = Repository.Golden("models", "formats", variant, "model.safetensors");
        using TemporaryFolder folder = new();
        using (Checkpoint checkpoint = Checkpoint.Open(official))
        {
            SafetensorsWriter writer = new(checkpoint.Metadata.Count == 0 ? new Dictionary<string, string>() : null);
            foreach (TensorInfo tensor in checkpoint.Tensors.Values.Reverse())
            {
                writer.Add(tensor.Name, Array.ConvertAll(tensor.Shape, size => (int)size), destination => checkpoint.Read(tensor.Name, destination), dtype);
            }

            writer.Save(folder.File("model.safetensors"));
        }

        Assert.Equal(File.ReadAllBytes(official), File.ReadAllBytes(folder.File("model.safetensors")));
    }

    [Fact]
    public void Save_LowPrecision_RoundsAsPyTorch()
    {
        // fp16 and bf16 variants were made by PyTorch from the float32 weights.
        foreach ((string variant, TensorDType dtype) in new[] { ("safetensors-fp16", TensorDType.F16), ("safetensors-bf16", TensorDType.BF16) })
        {
            using TemporaryFolder folder = new();
            using (Checkpoint checkpoint = Checkpoint.Open(Repository.Golden("models", "formats", "safetensors")))
            {
                SafetensorsWriter writer = new();
                foreach (TensorInfo tensor in checkpoint.Tensors.Values)
                {
                    writer.Add(tensor.Name, Array.ConvertAll(tensor.Shape, size => (int)size), checkpoint.Read(tensor.Name), dtype);
                }

                writer.Save(folder.File("model.safetensors"));
            }

            Assert.Equal(File.ReadAllBytes(Repository.Golden("models", "formats", variant, "model.safetensors")), File.ReadAllBytes(folder.File("model.safetensors")));
        }
    }

    [Fact]
    public void Save_OddNames_AreEscapedAndOrderedAsUtf8()
    {
        // By UTF-8 bytes U+FF5E comes before U+1F600; by UTF-16 units it would come after.
        string[] names = ["a\"b\\c\n\u0001", "z\u007F", "한글", "\uFF5E", "\U0001F600"];
        using TemporaryFolder folder = new();
        SafetensorsWriter writer = new(new Dictionary<string, string> { ["format"] = "pt", ["akin"] = "0" });
        foreach (string name in names.Reverse())
        {
            writer.Add(name, [1], new float[] { name.Length });
        }

        writer.Save(folder.File("names.safetensors"));
        string header = File.ReadAllText(folder.File("names.safetensors"))[8..];
        Assert.StartsWith("""{"__metadata__":{"akin":"0","format":"pt"},"a\"b\\c\n\u0001":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"z""" + "\u007F\":", header, StringComparison.Ordinal);
        using Checkpoint checkpoint = Checkpoint.Open(folder.File("names.safetensors"));
        Assert.Equal(names, checkpoint.Tensors.Keys);
        Assert.All(names, name => Assert.Equal([name.Length], checkpoint.Read(name)));
    }

    [Fact]
    public void Save_MixedTypes_OrdersByTypeThenName()
    {
        using TemporaryFolder folder = new();
        SafetensorsWriter writer = new();
        writer.AddBytes("a-bool", [1], new byte[1], TensorDType.Bool);
        writer.Add("b-half", [1], new float[1], TensorDType.F16);
        writer.Add("d-single", [], new float[1]);
        writer.Add("c-single", [2, 0], Array.Empty<float>());
        writer.AddBytes("e-long", [1], new byte[8], TensorDType.I64);
        writer.Save(folder.File("mixed.safetensors"));
        using Checkpoint checkpoint = Checkpoint.Open(folder.File("mixed.safetensors"));
        Assert.Equal(["e-long", "c-single", "d-single", "b-half", "a-bool"], checkpoint.Tensors.Keys);
    }

    [Fact]
    public void Save_Nothing_WritesAnEmptyHeader()
    {
        using TemporaryFolder folder = new();
        new SafetensorsWriter(new Dictionary<string, string>()).Save(folder.File("empty.safetensors"));
        Assert.Equal([8, 0, 0, 0, 0, 0, 0, 0, .. "{}      "u8], File.ReadAllBytes(folder.File("empty.safetensors")));
    }

    [Fact]
    public void Save_FailureHalfWay_LeavesTheOldFileAndNothingElse()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.safetensors", "old"u8);
        SafetensorsWriter writer = new();
        writer.Add("a", [1 << 20], new float[1 << 20]);
        writer.Add("b", [1], _ => throw new IOException("the weights went away"));
        Assert.Throws<IOException>(() => writer.Save(path));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));

        Assert.Throws<OperationCanceledException>(() => writer.Save(path, new CancellationToken(canceled: true)));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Save_OverALink_ReplacesTheLinkNotItsTarget()
    {
        using TemporaryFolder folder = new();
        string blob = folder.Write("blob", "shared"u8);
        File.CreateSymbolicLink(folder.File("model.safetensors"), blob);
        new SafetensorsWriter().Save(folder.File("model.safetensors"));
        Assert.Equal("shared", File.ReadAllText(blob));
        Assert.Null(File.ResolveLinkTarget(folder.File("model.safetensors"), returnFinalTarget: false));
    }

    [Fact]
    public void Add_WhatDoesNotFit_IsRefused()
    {
        SafetensorsWriter writer = new();
        writer.Add("a", [2, 3], new float[6]);
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => writer.Add("a", [1], new float[1])).Message, StringComparison.Ordinal);
        Assert.Contains("[2, 3] has 6", Assert.Throws<ArgumentException>(() => writer.Add("b", [2, 3], new float[5])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => writer.Add("c", [1], new float[1], TensorDType.I32));
        Assert.Throws<ArgumentException>(() => writer.Add("__metadata__", [1], new float[1]));
    }
}

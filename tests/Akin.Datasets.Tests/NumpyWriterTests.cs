using System.Runtime.InteropServices;
using System.Text;

namespace Akin.Datasets.Tests;

public class NumpyWriterTests
{
    [Theory]
    [InlineData("matrix.npy", 7)]
    [InlineData("vectors.npy", 16)]
    public void Write_RowsOfAGolden_GivesItsBytes(string file, int columnCount)
    {
        byte[] golden = File.ReadAllBytes(Repository.Golden("files", "npy", file));
        float[] values = MemoryMarshal.Cast<byte, float>(golden.AsSpan(128)).ToArray();

        using MemoryStream written = new();
        NumpyWriter<float> writer = new(written, columnCount);
        foreach (float[] row in values.Chunk(columnCount))
        {
            writer.Write(row);
        }

        writer.Complete();
        Assert.Equal(golden, written.ToArray());
    }

    [Fact]
    public void Complete_AfterManyRows_LeavesTheHeaderLength()
    {
        using MemoryStream written = new();
        NumpyWriter<byte> writer = new(written, 1);
        for (int row = 0; row < 123_456; row++)
        {
            writer.Write([(byte)row]);
        }

        writer.Complete();
        byte[] bytes = written.ToArray();
        Assert.Equal(128 + 123_456, bytes.Length);
        Assert.StartsWith("{'descr': '|u1', 'fortran_order': False, 'shape': (123456, 1), }", Encoding.ASCII.GetString(bytes, 10, 118));
        Assert.Equal((byte)'\n', bytes[127]);
    }

    [Fact]
    public void Write_RowOfAnotherLength_IsRefused()
    {
        NumpyWriter<sbyte> writer = new(new MemoryStream(), 3);
        Assert.Throws<ArgumentException>(() => writer.Write([1, 2]));
    }
}

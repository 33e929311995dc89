using System.Runtime.InteropServices;
using System.Text;

namespace Akin.Datasets.Tests;

public sealed class NumpyMatrixTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Theory]
    [InlineData("matrix.npy", 7)]
    [InlineData("vectors.npy", 16)]
    public void Read_Golden_HasItsValues(string file, int columnCount)
    {
        byte[] golden = File.ReadAllBytes(Repository.Golden("files", "npy", file));
        NumpyMatrix matrix = NumpyMatrix.Read(Repository.Golden("files", "npy", file));
        Assert.Equal(columnCount, matrix.ColumnCount);
        Assert.Equal(MemoryMarshal.Cast<byte, float>(golden.AsSpan(128)).ToArray(), matrix.Values);
        Assert.Equal(matrix.Values[^columnCount..], matrix.Row(matrix.RowCount - 1).ToArray());
    }

    [Fact]
    public void Read_FileCutAnywhere_IsRefusedByName()
    {
        byte[] golden = File.ReadAllBytes(Repository.Golden("files", "npy", "matrix.npy"));
        for (int length = 0; length < golden.Length; length++)
        {
            File.WriteAllBytes(_path, golden[..length]);
            Assert.Contains(_path, Assert.Throws<DataFormatException>(() => NumpyMatrix.Read(_path)).Message);
        }
    }

    [Theory]
    [InlineData("<f4", "<f8", "'<f8'")]
    [InlineData("False", "True ", "C order")]
    [InlineData("'shape': (", "'shape':((", "two dimensions")]
    public void Read_OtherLayout_IsRefusedWithWhatItIs(string from, string to, string problem)
    {
        byte[] file = File.ReadAllBytes(Repository.Golden("files", "npy", "matrix.npy"));
        string header = Encoding.ASCII.GetString(file, 10, 118);
        Encoding.ASCII.GetBytes(header.Replace(from, to), file.AsSpan(10, 118));
        File.WriteAllBytes(_path, file);
        Assert.Contains(problem, Assert.Throws<DataFormatException>(() => NumpyMatrix.Read(_path)).Message);
    }

    public void Dispose() => File.Delete(_path);
}

using System.Runtime.InteropServices;
using Akin.Pipelines;

namespace Akin.Cli.Embeddings;

/// <summary>
/// Keeps float embeddings in a temporary file until the range of every dimension is known, which byte codes need: the collection need not fit
/// into memory.
/// </summary>
internal sealed class EmbeddingSpool : IDisposable
{
    private readonly FileStream _file;
    private readonly BinaryWriter _writer;
    private readonly float[] _minimum;
    private readonly float[] _maximum;
    private long _count;

    /// <param name="beside">The output: the file lies in the same folder, where there has to be room anyway; null: in the folder for temporary files.</param>
    /// <param name="dimension">Floats of an embedding.</param>
    public EmbeddingSpool(string? beside, int dimension)
    {
        string folder = beside is null ? Path.GetTempPath() : Path.GetDirectoryName(Path.GetFullPath(beside))!;
        _file = new FileStream(
            Path.Combine(folder, $".akin-{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        _writer = new BinaryWriter(_file);
        _minimum = new float[dimension];
        _maximum = new float[dimension];
        _minimum.AsSpan().Fill(float.PositiveInfinity);
        _maximum.AsSpan().Fill(float.NegativeInfinity);
    }

    /// <summary>The smallest and largest value so far of every dimension.</summary>
    public EmbeddingRanges Ranges => new(_minimum, _maximum);

    public void Add(string id, ReadOnlySpan<float> embedding)
    {
        for (int i = 0; i < embedding.Length; i++)
        {
            _minimum[i] = Math.Min(_minimum[i], embedding[i]);
            _maximum[i] = Math.Max(_maximum[i], embedding[i]);
        }

        _writer.Write(id);
        _writer.Write(MemoryMarshal.AsBytes(embedding));
        _count++;
    }

    /// <summary>What was added, in order; nothing may be added any more.</summary>
    public IEnumerable<(string Id, float[] Embedding)> Read()
    {
        _writer.Flush();
        _file.Position = 0;
        using BinaryReader reader = new(_file, System.Text.Encoding.UTF8, leaveOpen: true);
        for (long i = 0; i < _count; i++)
        {
            string id = reader.ReadString();
            float[] embedding = new float[_minimum.Length];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(embedding.AsSpan()));
            yield return (id, embedding);
        }
    }

    public void Dispose() => _writer.Dispose();
}

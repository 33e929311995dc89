using Akin.Models.Checkpoints;

namespace Akin.Pipelines.Tests;

/// <summary>Matrices of a golden safetensors file.</summary>
internal sealed class GoldenTensors(params string[] parts) : IDisposable
{
    private readonly Checkpoint _file = Checkpoint.Open(Repository.Golden(parts));

    /// <summary>A matrix as rows.</summary>
    public float[][] Rows(string name) => [.. _file.Read(name).Chunk((int)_file.Tensors[name].Shape[^1])];

    /// <summary>A vector.</summary>
    public float[] Vector(string name) => _file.Read(name);

    /// <summary>A matrix of bytes; signed bytes come as their two's complement.</summary>
    public byte[][] ByteRows(string name) => [.. _file.Read(name).Select(value => unchecked((byte)(int)value)).Chunk((int)_file.Tensors[name].Shape[^1])];

    public void Dispose() => _file.Dispose();
}

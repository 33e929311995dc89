using System.Runtime.InteropServices;
using Akin.Datasets;
using Akin.Pipelines;

namespace Akin.Cli.Embeddings;

/// <summary>A matrix in NumPy's format: <c>&lt;f4</c>, <c>|i1</c> or <c>|u1</c>.</summary>
internal sealed class NumpyEmbeddingWriter : EmbeddingWriter
{
    private readonly NumpyWriter<float>? _floats;
    private readonly NumpyWriter<sbyte>? _signed;
    private readonly NumpyWriter<byte>? _unsigned;

    public NumpyEmbeddingWriter(Stream stream, EmbeddingPrecision precision, int width)
    {
        switch (precision)
        {
            case EmbeddingPrecision.Float32:
                _floats = new NumpyWriter<float>(stream, width);
                break;
            case EmbeddingPrecision.Int8 or EmbeddingPrecision.Binary:
                _signed = new NumpyWriter<sbyte>(stream, width);
                break;
            default:
                _unsigned = new NumpyWriter<byte>(stream, width);
                break;
        }
    }

    public override void Write(string id, ReadOnlySpan<byte> row)
    {
        _floats?.Write(MemoryMarshal.Cast<byte, float>(row));
        _signed?.Write(MemoryMarshal.Cast<byte, sbyte>(row));
        _unsigned?.Write(row);
    }

    public override void Complete()
    {
        _floats?.Complete();
        _signed?.Complete();
        _unsigned?.Complete();
    }
}

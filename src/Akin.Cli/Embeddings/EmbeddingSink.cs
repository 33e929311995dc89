using System.Runtime.InteropServices;
using Akin.Pipelines;

namespace Akin.Cli.Embeddings;

/// <summary>Takes float embeddings and writes them in the precision asked for. Byte codes need the range of all of them, so they wait in a spool.</summary>
internal sealed class EmbeddingSink : IDisposable
{
    private readonly EmbeddingWriter _writer;
    private readonly EmbeddingPrecision _precision;
    private readonly EmbeddingSpool? _spool;
    private readonly float[][] _row;

    /// <param name="path">The output's name, which tells the format.</param>
    /// <param name="stream">The output.</param>
    /// <param name="precision">How numbers are stored.</param>
    /// <param name="dimension">Floats of an embedding.</param>
    public EmbeddingSink(string path, Stream stream, EmbeddingPrecision precision, int dimension)
    {
        bool isBits = precision is EmbeddingPrecision.Binary or EmbeddingPrecision.UBinary;
        _writer = EmbeddingWriter.Create(path, stream, precision, isBits ? (dimension + 7) / 8 : dimension);
        _precision = precision;
        _spool = precision is EmbeddingPrecision.Int8 or EmbeddingPrecision.UInt8 ? new EmbeddingSpool(stream is FileStream file ? file.Name : null, dimension) : null;
        _row = [new float[dimension]];
    }

    public void Add(string id, ReadOnlySpan<float> embedding)
    {
        if (_precision == EmbeddingPrecision.Float32)
        {
            _writer.Write(id, MemoryMarshal.AsBytes(embedding));
        }
        else if (_spool is not null)
        {
            _spool.Add(id, embedding);
        }
        else
        {
            embedding.CopyTo(_row[0]);
            _writer.Write(id, QuantizedEmbeddings.Quantize(_row, _precision).Row(0));
        }
    }

    /// <summary>Ends the output.</summary>
    public void Complete(CancellationToken cancellationToken)
    {
        if (_spool is not null)
        {
            EmbeddingRanges ranges = _spool.Ranges;
            foreach ((string id, float[] embedding) in _spool.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                _writer.Write(id, QuantizedEmbeddings.Quantize([embedding], _precision, ranges).Row(0));
            }
        }

        _writer.Complete();
    }

    public void Dispose() => _spool?.Dispose();
}

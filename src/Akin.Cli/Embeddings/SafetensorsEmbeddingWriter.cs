using System.Buffers.Binary;
using System.Text;
using Akin.Pipelines;

namespace Akin.Cli.Embeddings;

/// <summary>One tensor <c>embeddings</c> in a safetensors file. The header comes first but names the number of rows: room is left for it.</summary>
internal sealed class SafetensorsEmbeddingWriter : EmbeddingWriter
{
    /// <summary>The longest header (20 digits wherever a row count enters) has under 200 bytes; blanks fill it up, as the format allows.</summary>
    private const int HeaderLength = 200;

    private readonly Stream _stream;
    private readonly string _type;
    private readonly int _width;
    private long _rowCount;
    private long _byteCount;

    public SafetensorsEmbeddingWriter(Stream stream, EmbeddingPrecision precision, int width)
    {
        _stream = stream;
        _width = width;
        _type = precision switch
        {
            EmbeddingPrecision.Float32 => "F32",
            EmbeddingPrecision.Int8 or EmbeddingPrecision.Binary => "I8",
            _ => "U8",
        };
        WriteHeader();
    }

    public override void Write(string id, ReadOnlySpan<byte> row)
    {
        _stream.Write(row);
        _rowCount++;
        _byteCount += row.Length;
    }

    public override void Complete()
    {
        long end = _stream.Position;
        _stream.Position = 0;
        WriteHeader();
        _stream.Position = end;
    }

    private void WriteHeader()
    {
        string json = $$$"""{"__metadata__":{"format":"pt"},"embeddings":{"dtype":"{{{_type}}}","shape":[{{{_rowCount}}},{{{_width}}}],"data_offsets":[0,{{{_byteCount}}}]}}""";
        Span<byte> header = stackalloc byte[sizeof(ulong) + HeaderLength];
        header.Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(header, HeaderLength);
        Encoding.ASCII.GetBytes(json, header[sizeof(ulong)..]);
        _stream.Write(header);
    }
}

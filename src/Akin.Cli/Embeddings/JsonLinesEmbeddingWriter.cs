using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Akin.Pipelines;

namespace Akin.Cli.Embeddings;

/// <summary>A line <c>{"id": …, "embedding": […]}</c> for each text; floats are the shortest decimals that read back equal.</summary>
internal sealed class JsonLinesEmbeddingWriter(Stream stream, EmbeddingPrecision precision) : EmbeddingWriter
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write(string id, ReadOnlySpan<byte> row)
    {
        switch (precision)
        {
            case EmbeddingPrecision.Float32:
                WriteLine(id, MemoryMarshal.Cast<byte, float>(row).ToArray());
                break;
            case EmbeddingPrecision.Int8 or EmbeddingPrecision.Binary:
                WriteLine(id, MemoryMarshal.Cast<byte, sbyte>(row).ToArray());
                break;
            default:
                WriteLine(id, Array.ConvertAll(row.ToArray(), Convert.ToInt32)); // bytes would become base64
                break;
        }
    }

    public override void Complete()
    {
        if (stream is GZipStream packed)
        {
            packed.Dispose(); // ends the gzip data
        }
    }

    private void WriteLine<T>(string id, T[] embedding)
    {
        JsonSerializer.Serialize(stream, new { id, embedding }, Options);
        stream.WriteByte((byte)'\n');
    }
}

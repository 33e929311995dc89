using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Akin.Cli;

/// <summary>
/// Writes results as JSON, one value a line, text as it is. For results with many lines or where the start counts: nothing is looked up by
/// reflection, as <see cref="JsonOutput"/> does.
/// </summary>
internal sealed class JsonLineWriter(TextWriter output) : IDisposable
{
    /// <summary>The same for nodes that are written one by one.</summary>
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes one line.</summary>
    /// <param name="value">What to write.</param>
    /// <param name="write">Writes it as one JSON value.</param>
    public void Write<T>(T value, Action<Utf8JsonWriter, T> write)
    {
        _line.ResetWrittenCount();
        _json.Reset(_line);
        write(_json, value);
        _json.Flush();
        output.WriteLine(Encoding.UTF8.GetString(_line.WrittenSpan));
    }

    public void Dispose() => _json.Dispose();
}

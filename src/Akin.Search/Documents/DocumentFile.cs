using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akin.Search.Filters;
using Akin.Tokenizers.Protobuf;

namespace Akin.Search.Documents;

/// <summary>Loads and saves arrays of documents in the forms of DocArray 0.21. Its pickle files are refused: reading one could run any code.</summary>
public static class DocumentFile
{
    // DocArray's streaming form begins with its version.
    private const byte StreamVersion = 1;
    private const int StreamHeaderBytes = 1 + sizeof(ulong);

    // A file of a few kilobytes can be unpacked to any size.
    private const int MostUnpackedBytes = 1 << 30;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The form and compression that a file's name tells: <c>.jsonl</c>, <c>.ndjson</c>, <c>.json</c>, <c>.csv</c>, <c>.protobuf</c>, <c>.protobuf-array</c>, each with <c>.gz</c>, <c>.gzip</c> or <c>.zlib</c> behind it if it is compressed.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DocumentFormatException">The name tells nothing.</exception>
    public static (DocumentFileFormat Format, DocumentCompression Compression) FormatOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        DocumentCompression compression = Path.GetExtension(path) switch { ".gz" or ".gzip" => DocumentCompression.Gzip, ".zlib" => DocumentCompression.Zlib, _ => DocumentCompression.None };
        string extension = Path.GetExtension(compression == DocumentCompression.None ? path : Path.ChangeExtension(path, null));
        return (extension switch
        {
            ".jsonl" or ".ndjson" => DocumentFileFormat.JsonLines,
            ".json" => DocumentFileFormat.Json,
            ".csv" => DocumentFileFormat.Csv,
            ".protobuf" or ".pb" => DocumentFileFormat.Protobuf,
            ".protobuf-array" => DocumentFileFormat.ProtobufArray,
            ".pickle" or ".pickle-array" or ".pkl" => throw new DocumentFormatException(path, "pickle files can run any code when they are read, so they are not; save it with protocol='protobuf'"),
            ".bz2" or ".lzma" or ".xz" or ".lz4" => throw new DocumentFormatException(path, $"compression {extension} is not supported; gzip and zlib are"),
            _ => throw new DocumentFormatException(path, "its name does not tell the form; .jsonl, .json, .csv, .protobuf and .protobuf-array do (with .gz or .zlib behind), or say the form"),
        }, compression);
    }

    /// <summary>Loads documents in the form that the file's name tells; see <see cref="FormatOf"/>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DocumentFormatException">The file is not what its name says, or damaged.</exception>
    public static DocumentArray Load(string path)
    {
        (DocumentFileFormat format, DocumentCompression compression) = FormatOf(path);
        using FileStream file = File.OpenRead(path);
        return Read(file, format, compression, path);
    }

    /// <summary>Saves documents in the form that the file's name tells; see <see cref="FormatOf"/>. The file is there whole or not at all.</summary>
    /// <param name="documents">The documents.</param>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <exception cref="DocumentFormatException">The form has no word for a value.</exception>
    public static void Save(DocumentArray documents, string path)
    {
        (DocumentFileFormat format, DocumentCompression compression) = FormatOf(path);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream file = File.Create(temporary))
            {
                Write(documents, file, format, compression);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Reads documents.</summary>
    /// <param name="stream">Read to its end; stays open.</param>
    /// <param name="format">The form. Both forms of JSON are read as either.</param>
    /// <param name="compression">How it is compressed.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="DocumentFormatException">The content is something else, or damaged.</exception>
    public static DocumentArray Read(Stream stream, DocumentFileFormat format, DocumentCompression compression = DocumentCompression.None, string name = "documents")
    {
        ArgumentNullException.ThrowIfNull(stream);
        // In the streaming form every document is compressed alone; everywhere else, the whole.
        byte[] content = format == DocumentFileFormat.Protobuf ? All(stream, name) : Unpacked(stream, compression, name);
        return format switch
        {
            DocumentFileFormat.Protobuf => ReadStream(content, compression, name),
            DocumentFileFormat.ProtobufArray => ReadArray(content, name),
            DocumentFileFormat.Json or DocumentFileFormat.ProtobufJson => ReadJson(content, name),
            DocumentFileFormat.JsonLines => ReadLines(content, name),
            DocumentFileFormat.Csv => CsvDocuments.Read(Decoded(content, name), name),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, $"There are {string.Join(", ", Enum.GetNames<DocumentFileFormat>())}."),
        };
    }

    /// <summary>Writes documents.</summary>
    /// <param name="documents">The documents.</param>
    /// <param name="stream">Stays open.</param>
    /// <param name="format">The form.</param>
    /// <param name="compression">How it is compressed.</param>
    /// <exception cref="DocumentFormatException">The form has no word for a value.</exception>
    public static void Write(DocumentArray documents, Stream stream, DocumentFileFormat format, DocumentCompression compression = DocumentCompression.None)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(stream);
        if (format == DocumentFileFormat.Protobuf)
        {
            WriteStream(documents, stream, compression);
            return;
        }

        byte[] content = format switch
        {
            DocumentFileFormat.ProtobufArray => ArrayMessage(documents),
            DocumentFileFormat.Json => Encoding.UTF8.GetBytes($"[{string.Join(", ", documents.Select(document => Json(document, JsonDocumentForm.WriteSchema(document, withEmptyFields: true))))}]"),
            DocumentFileFormat.ProtobufJson => Encoding.UTF8.GetBytes($"[{string.Join(", ", documents.Select(document => Json(document, JsonDocumentForm.WriteProtobuf(document))))}]"),
            DocumentFileFormat.JsonLines => Encoding.UTF8.GetBytes(string.Concat(documents.Select(document => Json(document, JsonDocumentForm.WriteSchema(document, withEmptyFields: false)) + "\n"))),
            DocumentFileFormat.Csv => Encoding.UTF8.GetBytes(CsvDocuments.Write(documents)),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, $"There are {string.Join(", ", Enum.GetNames<DocumentFileFormat>())}."),
        };
        stream.Write(Packed(content, compression));
    }

    private static DocumentArray ReadStream(byte[] content, DocumentCompression compression, string name)
    {
        if (content.Length < StreamHeaderBytes || content[0] != StreamVersion)
        {
            throw new DocumentFormatException(name, content is [] ? "it is empty" : $"it begins with {content[0]:X2}, not with the version {StreamVersion:X2} of DocArray's protobuf files");
        }

        ulong count = BinaryPrimitives.ReadUInt64BigEndian(content.AsSpan(1));
        DocumentArray documents = [];
        int at = StreamHeaderBytes;
        for (ulong i = 0; i < count; i++)
        {
            string place = $"{name}, document {i}";
            if (content.Length - at < sizeof(uint))
            {
                throw new DocumentFormatException(place, $"the file ends before it; {count} documents are announced");
            }

            uint length = BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(at));
            at += sizeof(uint);
            if (length > content.Length - at)
            {
                throw new DocumentFormatException(place, $"it has {length} bytes, and {content.Length - at} are left");
            }

            using MemoryStream part = new(content, at, (int)length, writable: false);
            documents.Add(ProtobufDocument.Read(Unpacked(part, compression, place), new ProtobufFault(place)));
            at += (int)length;
        }

        return at == content.Length ? documents : throw new DocumentFormatException(name, $"{content.Length - at} bytes follow the last document");
    }

    private static void WriteStream(DocumentArray documents, Stream stream, DocumentCompression compression)
    {
        Span<byte> header = stackalloc byte[StreamHeaderBytes];
        header[0] = StreamVersion;
        BinaryPrimitives.WriteUInt64BigEndian(header[1..], (ulong)documents.Count);
        stream.Write(header);
        foreach (DocumentNode document in documents)
        {
            byte[] message = Packed(ProtobufDocument.Write(document).ToArray(), compression);
            BinaryPrimitives.WriteUInt32BigEndian(header, (uint)message.Length);
            stream.Write(header[..sizeof(uint)]);
            stream.Write(message);
        }
    }

    private static DocumentArray ReadArray(byte[] content, string name)
    {
        ProtobufReader reader = new(content, new ProtobufFault(name).Of);
        DocumentArray documents = [];
        while (reader.Next())
        {
            if (reader.Field is (1, WireType.Bytes))
            {
                documents.Add(ProtobufDocument.Read(reader.Bytes(), new ProtobufFault($"{name}, document {documents.Count}")));
            }
            else
            {
                reader.Skip();
            }
        }

        return documents;
    }

    private static byte[] ArrayMessage(DocumentArray documents)
    {
        ProtobufWriter writer = new();
        foreach (DocumentNode document in documents)
        {
            writer.Message(1, ProtobufDocument.Write(document));
        }

        return writer.ToArray();
    }

    private static DocumentArray ReadJson(byte[] content, string name)
    {
        JsonArray list = Parsed(content, name) as JsonArray ?? throw new DocumentFormatException(name, "a JSON list of documents is wanted");
        return new DocumentArray(list.Select((document, i) => JsonDocumentForm.Read(document, $"{name}, document {i}")));
    }

    private static DocumentArray ReadLines(byte[] content, string name)
    {
        DocumentArray documents = [];
        int number = 0;
        foreach (Range range in content.AsSpan().Split((byte)'\n'))
        {
            number++;
            byte[] line = content[range];
            if (!line.AsSpan().Trim(" \t\r\uFEFF"u8).IsEmpty)
            {
                string place = $"{name}, line {number}";
                documents.Add(JsonDocumentForm.Read(Parsed(line, place), place));
            }
        }

        return documents;
    }

    private static JsonNode? Parsed(byte[] content, string place)
    {
        try
        {
            return FieldObject.Node(JsonElement.Parse(content.AsSpan(content is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0)));
        }
        catch (JsonException error)
        {
            throw new DocumentFormatException(place, $"it is not JSON ({error.Message})", error);
        }
    }

    private static string Json(DocumentNode document, JsonObject json)
    {
        try
        {
            return json.ToJsonString(Readable);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            throw new DocumentFormatException($"document '{document.Id}'", $"it has a value for which JSON has no word ({error.Message})", error);
        }
    }

    private static string Decoded(byte[] content, string name)
    {
        try
        {
            using StreamReader reader = new(new MemoryStream(content), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException error)
        {
            throw new DocumentFormatException(name, string.Create(CultureInfo.InvariantCulture, $"byte {error.Index} is not UTF-8"), error);
        }
    }

    private static byte[] Unpacked(Stream stream, DocumentCompression compression, string name)
    {
        if (compression == DocumentCompression.None)
        {
            return All(stream, name);
        }

        try
        {
            using Stream unpacking = compression == DocumentCompression.Gzip ? new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true) : new ZLibStream(stream, CompressionMode.Decompress, leaveOpen: true);
            return All(unpacking, name);
        }
        catch (InvalidDataException error)
        {
            throw new DocumentFormatException(name, $"it is not compressed as {compression}, or damaged ({error.Message})", error);
        }
    }

    private static byte[] All(Stream stream, string name)
    {
        using MemoryStream content = new();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            if (content.Length + read > MostUnpackedBytes)
            {
                throw new DocumentFormatException(name, $"it has more than {MostUnpackedBytes} bytes; keep so many documents in several files, or in an index");
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }

    private static byte[] Packed(byte[] content, DocumentCompression compression)
    {
        if (compression == DocumentCompression.None)
        {
            return content;
        }

        using MemoryStream packed = new();
        using (Stream packing = compression == DocumentCompression.Gzip ? new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true) : new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            packing.Write(content);
        }

        return packed.ToArray();
    }
}

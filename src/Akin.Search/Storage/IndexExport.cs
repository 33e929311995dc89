using System.Buffers;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Akin.Search.Storage;

/// <summary>Writes an index as lines of JSON, for other programs and for <see cref="IndexImport"/>: one for the index, then one for each document.</summary>
public static class IndexExport
{
    internal const string VersionField = "akin_export", ModelField = "model", FingerprintField = "model_fingerprint", DimensionField = "dimension", MetricField = "metric";
    internal const string DocumentsField = "documents", VectorsField = "vectors";
    internal const string IdField = "id", TitleField = "title", TextField = "text", MetadataField = "metadata", VectorField = "vector";

    /// <summary>The version of the lines that this code writes and reads.</summary>
    internal const int Version = 1;

    private const int FlushBytes = 1 << 16;

    // Text as it is: these files are read by programs, not by browsers.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an export to a file, compressed when its name ends in <c>.gz</c>. It gets its name when it is whole and on the disk, in place of a former one.</summary>
    /// <param name="store">The store; others may read and write it meanwhile, and the export is as it was at one moment.</param>
    /// <param name="path">The file.</param>
    /// <param name="withVectors">Whether the vectors are written too.</param>
    /// <param name="progress">Told how many documents are written.</param>
    /// <param name="cancellationToken">Stops; nothing is left behind.</param>
    /// <returns>How many documents were written.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public static long WriteFile(DocumentStore store, string path, bool withVectors, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path), temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            long count;
            using (FileStream file = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, FlushBytes))
            {
                if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                {
                    using GZipStream packed = new(file, CompressionLevel.Optimal, leaveOpen: true);
                    count = Write(store, packed, withVectors, progress, cancellationToken);
                }
                else
                {
                    count = Write(store, file, withVectors, progress, cancellationToken);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
            return count;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Writes an export to a stream, which stays the caller's.</summary>
    /// <inheritdoc cref="WriteFile"/>
    /// <param name="store">The store; others may read and write it meanwhile, and the export is as it was at one moment.</param>
    /// <param name="output">Gets UTF-8.</param>
    /// <param name="withVectors">Whether the vectors are written too.</param>
    /// <param name="progress">Told how many documents are written.</param>
    /// <param name="cancellationToken">Stops between documents.</param>
    public static long Write(DocumentStore store, Stream output, bool withVectors, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(output);
        using StoreReader reader = store.OpenReader();
        ArrayBufferWriter<byte> lines = new();
        using Utf8JsonWriter json = new(lines, Options);
        WriteHeader(json, new ExportHeader(store.Facts, reader.Count, withVectors));
        EndLine();
        long count = 0;
        reader.ReadEntries(
            (document, vector) =>
            {
                WriteDocument(json, document, withVectors ? vector : null);
                EndLine();
                count++;
                progress?.Report(count);
                if (lines.WrittenCount >= FlushBytes)
                {
                    Flush();
                }
            },
            cancellationToken);
        Flush();
        return count;

        void EndLine()
        {
            json.Flush();
            json.Reset();
            lines.Write("\n"u8);
        }

        void Flush()
        {
            output.Write(lines.WrittenSpan);
            lines.ResetWrittenCount();
        }
    }

    private static void WriteHeader(Utf8JsonWriter json, ExportHeader header)
    {
        json.WriteStartObject();
        json.WriteNumber(VersionField, Version);
        json.WriteString(ModelField, header.Facts.Model);
        if (header.Facts.ModelFingerprint is not null)
        {
            json.WriteString(FingerprintField, header.Facts.ModelFingerprint);
        }

        json.WriteNumber(DimensionField, header.Facts.Dimension);
        json.WriteString(MetricField, header.Facts.Metric.ToString().ToLowerInvariant());
        json.WriteNumber(DocumentsField, header.Documents);
        json.WriteBoolean(VectorsField, header.HasVectors);
        json.WriteEndObject();
    }

    private static void WriteDocument(Utf8JsonWriter json, Document document, float[]? vector)
    {
        json.WriteStartObject();
        json.WriteString(IdField, document.Id);
        if (document.Title is not null)
        {
            json.WriteString(TitleField, document.Title);
        }

        json.WriteString(TextField, document.Text);
        if (document.Metadata is not null)
        {
            // As it was given; a line end can only stand between its parts.
            json.WritePropertyName(MetadataField);
            json.WriteRawValue(document.Metadata.Replace('\n', ' ').Replace('\r', ' '), skipInputValidation: true);
        }

        if (vector is not null)
        {
            json.WriteStartArray(VectorField);
            foreach (float value in vector)
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}

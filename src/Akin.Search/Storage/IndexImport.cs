using System.Text;
using System.Text.Json;
using Akin.Kernels;

namespace Akin.Search.Storage;

/// <summary>Reads an export, line by line.</summary>
/// <remarks>Not thread-safe. The stream stays the caller's.</remarks>
public sealed class IndexImport : IDisposable
{
    /// <summary>Documents that are stored together unless said otherwise.</summary>
    public const int DefaultBatchSize = 256;

    private readonly string _name;
    private readonly StreamReader _reader;
    private long _line;

    /// <summary>Reads the first line.</summary>
    /// <param name="input">The export, unpacked.</param>
    /// <param name="name">The file, for messages.</param>
    /// <exception cref="IndexFileException">It is no export, or one of a newer version of Akin.</exception>
    public IndexImport(Stream input, string name)
    {
        ArgumentNullException.ThrowIfNull(input);
        _name = name;
        _reader = new StreamReader(input, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16, leaveOpen: true);
        using JsonDocument line = Next() ?? throw Wrong("the file is empty");
        Header = HeaderOf(line.RootElement);
    }

    /// <summary>What the export comes from.</summary>
    public ExportHeader Header { get; }

    /// <summary>
    /// Stores everything batch by batch, with the vectors of the export. A batch is on the disk before the next one is begun; what is stored already and the same
    /// is passed over, so after an interruption the same call goes on where it stopped.
    /// </summary>
    /// <param name="store">Where to; its model must be that of the export.</param>
    /// <param name="batchSize">Documents that are stored together, at least 1.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellationToken">Stops; what was reported stays stored.</param>
    /// <returns>What was done in all.</returns>
    /// <exception cref="InvalidOperationException">The export has no vectors: its documents must be encoded, see <see cref="Documents"/>.</exception>
    /// <exception cref="IndexModelException">The store is of another model.</exception>
    /// <exception cref="IndexFileException">A line cannot be read, or lines are missing; the batches before are stored.</exception>
    /// <exception cref="SearchIndexException">The store cannot be written; the batches before are stored.</exception>
    public AddProgress StoreInto(DocumentStore store, int batchSize = DefaultBatchSize, IProgress<AddProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        if (!Header.HasVectors)
        {
            throw new InvalidOperationException("The export has no vectors: its documents must be encoded.");
        }

        store.Require(Header.Facts);
        AddProgress done = default;
        foreach (DocumentVector[] batch in Entries().Chunk(batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool[] isStored = store.AreStored(Array.ConvertAll(batch, entry => entry.Document));
            // Of two versions in one batch the later one counts, so an unchanged one must not be passed over in favour of an earlier change.
            HashSet<string> changed = [.. batch.Where((entry, i) => !isStored[i] || !HasVector(store, entry)).Select(entry => entry.Document.Id)];
            DocumentVector[] wanted = [.. batch.Where(entry => changed.Contains(entry.Document.Id))];
            store.Upsert(wanted);
            done = new AddProgress(done.Stored + wanted.Length, done.Unchanged + batch.Length - wanted.Length);
            progress?.Report(done);
        }

        return done;
    }

    /// <summary>The documents, without their vectors.</summary>
    /// <exception cref="IndexFileException">A line cannot be read, or lines are missing.</exception>
    public IEnumerable<Document> Documents() => Lines(DocumentOf);

    /// <summary>Frees the buffer; the stream stays open.</summary>
    public void Dispose() => _reader.Dispose();

    private IEnumerable<DocumentVector> Entries() => Lines(line => new DocumentVector(DocumentOf(line), VectorOf(line)));

    private static bool HasVector(DocumentStore store, DocumentVector entry) =>
        store.GetVector(entry.Document.Id) is { } stored && stored.AsSpan().SequenceEqual(entry.Vector.Span);

    private IEnumerable<TEntry> Lines<TEntry>(Func<JsonElement, TEntry> read)
    {
        for (long count = 0; count < Header.Documents; count++)
        {
            using JsonDocument line = Next() ?? throw Wrong($"the file ends after {count} of {Header.Documents} documents: it was cut off. Export again");
            yield return read(line.RootElement);
        }

        if (Next() is { } more)
        {
            more.Dispose();
            throw Wrong($"there is more than the {Header.Documents} documents that the first line tells of");
        }
    }

    private JsonDocument? Next()
    {
        try
        {
            _line++;
            return _reader.ReadLine() is { } text ? Object(JsonDocument.Parse(text)) : null;
        }
        catch (JsonException error)
        {
            throw Wrong($"it is not JSON ({error.Message.TrimEnd('.')})", error);
        }
        catch (DecoderFallbackException error)
        {
            throw Wrong("it is not UTF-8", error);
        }
        catch (InvalidDataException error)
        {
            throw Wrong($"it cannot be unpacked ({error.Message.TrimEnd('.')})", error);
        }
    }

    private JsonDocument Object(JsonDocument json)
    {
        if (json.RootElement.ValueKind == JsonValueKind.Object)
        {
            return json;
        }

        JsonValueKind found = json.RootElement.ValueKind;
        json.Dispose();
        throw Wrong($"it is {found} where an object is expected");
    }

    private ExportHeader HeaderOf(JsonElement line)
    {
        if (!line.TryGetProperty(IndexExport.VersionField, out JsonElement version))
        {
            throw Wrong($"it has no '{IndexExport.VersionField}', so this is no export of an index. Documents of other programs are read by 'akin index add'");
        }

        if (version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out int number) || number != IndexExport.Version)
        {
            throw Wrong($"it is an export of version {version.GetRawText()}; this version of Akin reads version {IndexExport.Version}. Update Akin to read it");
        }

        long dimension = Number(line, IndexExport.DimensionField, IndexFacts.MaxDimension);
        string metric = String(line, IndexExport.MetricField)!;
        if (!Enum.TryParse(metric, ignoreCase: true, out VectorMetric parsed) || !Enum.IsDefined(parsed))
        {
            throw Wrong($"'{IndexExport.MetricField}' is '{metric}', not one of {string.Join(", ", Enum.GetNames<VectorMetric>()).ToLowerInvariant()}");
        }

        JsonElement hasVectors = Field(line, IndexExport.VectorsField, JsonValueKind.True, JsonValueKind.False);
        return new ExportHeader(
            new IndexFacts(String(line, IndexExport.ModelField)!, (int)Math.Max(1, dimension))
            {
                ModelFingerprint = String(line, IndexExport.FingerprintField, isRequired: false),
                Metric = parsed,
            },
            Number(line, IndexExport.DocumentsField, long.MaxValue),
            hasVectors.GetBoolean());
    }

    private Document DocumentOf(JsonElement line) => new(String(line, IndexExport.IdField)!, String(line, IndexExport.TextField)!)
    {
        Title = String(line, IndexExport.TitleField, isRequired: false),
        Metadata = line.TryGetProperty(IndexExport.MetadataField, out JsonElement metadata) ? metadata.GetRawText() : null,
    };

    private float[] VectorOf(JsonElement line)
    {
        JsonElement values = Field(line, IndexExport.VectorField, JsonValueKind.Array);
        if (values.GetArrayLength() != Header.Facts.Dimension)
        {
            throw Wrong($"'{IndexExport.VectorField}' has {values.GetArrayLength()} numbers, the first line tells of {Header.Facts.Dimension}");
        }

        float[] vector = new float[Header.Facts.Dimension];
        int i = 0;
        foreach (JsonElement value in values.EnumerateArray())
        {
            vector[i] = value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) && float.IsFinite(number)
                ? number
                : throw Wrong($"value {i} of '{IndexExport.VectorField}' is {value.GetRawText()}, not a number that fits 32 bits");
            i++;
        }

        return vector;
    }

    private long Number(JsonElement line, string name, long most)
    {
        JsonElement value = Field(line, name, JsonValueKind.Number);
        return value.TryGetInt64(out long number) && number >= 0 && number <= most ? number : throw Wrong($"'{name}' is {value.GetRawText()}, not a number from 0 to {most}");
    }

    private string? String(JsonElement line, string name, bool isRequired = true)
    {
        if (!isRequired && !line.TryGetProperty(name, out _))
        {
            return null;
        }

        try
        {
            return Field(line, name, JsonValueKind.String).GetString();
        }
        catch (InvalidOperationException error)
        {
            throw Wrong($"'{name}' holds half of a surrogate pair", error);
        }
    }

    private JsonElement Field(JsonElement line, string name, params ReadOnlySpan<JsonValueKind> kinds) =>
        !line.TryGetProperty(name, out JsonElement value) ? throw Wrong($"it has no '{name}'")
        : kinds.Contains(value.ValueKind) ? value
        : throw Wrong($"'{name}' is {value.ValueKind}, not {kinds[0]}");

    private IndexFileException Wrong(string finding, Exception? cause = null) => new(_name, _line, finding, cause);
}

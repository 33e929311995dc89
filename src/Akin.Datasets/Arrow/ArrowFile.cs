using System.Buffers.Binary;
using Akin.Datasets.Columns;

namespace Akin.Datasets.Arrow;

/// <summary>
/// Reads Arrow IPC: streams, files and Feather version 2, told apart by their first bytes (Python's <c>datasets</c> names its streams .arrow).
/// The values stay where they are in the mapped file. Format: https://arrow.apache.org/docs/format/Columnar.html, version 5, and version 4 as before Arrow 0.15.
/// </summary>
internal sealed class ArrowFile
{
    private const int SchemaMessage = 1;
    private const int DictionaryMessage = 2;
    private const int BatchMessage = 3;
    private const int BlockSize = 24;
    private const int TailLength = 10;

    private readonly string _name;
    private readonly MappedFile _file;
    private readonly Dictionary<long, ColumnData> _dictionaries = [];
    private readonly Dictionary<long, ArrowField> _dictionaryFields = [];
    private readonly List<RecordBatch> _batches = [];
    private ArrowSchema? _schema;
    private Features? _features;

    private ArrowFile(string name, MappedFile file)
    {
        _name = name;
        _file = file;
    }

    /// <summary>The table of a file.</summary>
    /// <exception cref="DataFormatException">It is not Arrow, or damaged.</exception>
    public static Table Read(string path)
    {
        ArrowFile reader = new(path, MappedFile.Open(path));
        try
        {
            reader.Read();
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException or DatasetException or OverflowException)
        {
            throw new DataFormatException(path, 0, $"{exception.Message.TrimEnd('.')}.", exception);
        }

        return new Table(reader._features!, reader._batches);
    }

    private static ReadOnlySpan<byte> Magic => "ARROW1"u8;

    private void Read()
    {
        if (_file.Length == 0)
        {
            throw InputFile.Empty(_name);
        }

        ReadOnlySpan<byte> start = _file.Slice(0, (int)Math.Min(8, _file.Length)).Span;
        if (start.StartsWith("FEA1"u8))
        {
            throw new NotSupportedException("the file is Feather version 1, which is not supported; write it with Feather version 2");
        }

        if (start.StartsWith(Magic))
        {
            ReadWithFooter();
        }
        else
        {
            ReadStream();
        }
    }

    private void ReadStream()
    {
        long position = 0;
        while (Next(ref position, out FlatTable message, out ReadOnlyMemory<byte> body))
        {
            Take(message, body, replaceDictionaries: true);
        }

        if (_schema is null)
        {
            throw new InvalidDataException("the file is no Arrow stream: there is no schema");
        }
    }

    private void ReadWithFooter()
    {
        if (_file.Length < Magic.Length + 2 + TailLength || !_file.Slice(_file.Length - Magic.Length, Magic.Length).Span.SequenceEqual(Magic))
        {
            throw new InvalidDataException("the file does not end as an Arrow file does; it is cut off");
        }

        int footerLength = BinaryPrimitives.ReadInt32LittleEndian(_file.Slice(_file.Length - TailLength, sizeof(int)).Span);
        if (footerLength <= 0 || footerLength > _file.Length - TailLength - Magic.Length - 2)
        {
            throw new InvalidDataException($"the footer claims {footerLength} bytes in a file of {_file.Length}");
        }

        FlatTable footer = FlatTable.Root(_file.Slice(_file.Length - TailLength - footerLength, footerLength));
        TakeSchema(footer.Table(1) ?? throw new InvalidDataException("the footer has no schema"));
        foreach (int blocks in (ReadOnlySpan<int>)[2, 3])
        {
            for (int index = 0; index < footer.Count(blocks); index++)
            {
                long position = footer.Int64At(blocks, index, BlockSize);
                if (!Next(ref position, out FlatTable message, out ReadOnlyMemory<byte> body))
                {
                    throw new InvalidDataException($"the footer points to {position}, where there is no message");
                }

                Take(message, body, replaceDictionaries: false);
            }
        }
    }

    /// <summary>Reads the message at a position and moves behind it; false at the end.</summary>
    private bool Next(ref long position, out FlatTable message, out ReadOnlyMemory<byte> body)
    {
        message = default;
        body = default;
        if (position == _file.Length)
        {
            return false;
        }

        int length = ReadInt32(position);
        position += sizeof(int);
        if (length == -1)
        {
            length = ReadInt32(position);
            position += sizeof(int);
        }

        if (length == 0)
        {
            return false;
        }

        if (length < 0 || length > _file.Length - position)
        {
            throw new InvalidDataException($"a message claims {length} bytes where {_file.Length - position} are left; this is no Arrow data, or it is cut off");
        }

        message = FlatTable.Root(_file.Slice(position, length));
        position += length;
        long bodyLength = message.Int64(3);
        if (bodyLength < 0 || bodyLength > _file.Length - position)
        {
            throw new InvalidDataException($"a message claims a body of {bodyLength} bytes where {_file.Length - position} are left; the file is cut off");
        }

        if (bodyLength > int.MaxValue)
        {
            throw new NotSupportedException($"a batch holds {bodyLength} bytes; batches of up to 2 GiB are supported");
        }

        body = _file.Slice(position, (int)bodyLength);
        position += bodyLength;
        return true;
    }

    private void Take(FlatTable message, ReadOnlyMemory<byte> body, bool replaceDictionaries)
    {
        FlatTable header = message.Table(2) ?? throw new InvalidDataException("a message has no content");
        switch (message.Byte(1))
        {
            case SchemaMessage when _schema is null:
                TakeSchema(header);
                break;
            case DictionaryMessage when _schema is not null:
                TakeDictionary(header, body, replaceDictionaries);
                break;
            case BatchMessage when _schema is not null:
                RecordBatch batch = new ArrowBatchReader(header, body, _dictionaries).Read(_schema.Features, _schema.Fields);
                _batches.Add(new RecordBatch(_features!, [.. batch.Columns.Zip(_features!.Values, (column, feature) => column.As(feature))], batch.Length) { IsMapped = true });
                break;
            default:
                throw new InvalidDataException($"a message of type {message.Byte(1)} stands where it cannot be");
        }
    }

    private void TakeSchema(FlatTable schema)
    {
        _schema = ArrowSchema.Read(schema);
        _features = _schema.Metadata.TryGetValue(FeatureJson.MetadataKey, out string? json) && FeatureJson.ReadMetadata(json) is { } described
            ? FeatureJson.Overlay(_schema.Features, described)
            : _schema.Features;
        foreach (ArrowField field in _schema.Fields)
        {
            RegisterDictionaries(field);
        }
    }

    private void RegisterDictionaries(ArrowField field)
    {
        if (field.DictionaryId is { } id)
        {
            _dictionaryFields[id] = field with { DictionaryId = null };
        }

        foreach (ArrowField child in field.Children)
        {
            RegisterDictionaries(child);
        }
    }

    private void TakeDictionary(FlatTable header, ReadOnlyMemory<byte> body, bool replace)
    {
        long id = header.Int64(0);
        ArrowField field = _dictionaryFields.TryGetValue(id, out ArrowField? known) ? known : throw new InvalidDataException($"dictionary {id} belongs to no column");
        FlatTable data = header.Table(1) ?? throw new InvalidDataException($"dictionary {id} has no values");
        Features single = new((field.Name, field.Feature));
        ColumnData values = new ArrowBatchReader(data, body, _dictionaries).Read(single, [field]).Columns[0];
        if (_dictionaries.TryGetValue(id, out ColumnData? before))
        {
            if (header.Boolean(2))
            {
                values = Append(before, values);
            }
            else if (!replace)
            {
                throw new InvalidDataException($"dictionary {id} is given twice");
            }
        }

        _dictionaries[id] = values;
    }

    private static ColumnData Append(ColumnData before, ColumnData added)
    {
        ColumnBuilder builder = ColumnBuilder.Create(before.Feature);
        foreach (ColumnData part in (ReadOnlySpan<ColumnData>)[before, added])
        {
            for (int index = 0; index < part.Length; index++)
            {
                builder.Append(part[index]);
            }
        }

        return builder.Take();
    }

    private int ReadInt32(long position) => position >= 0 && position <= _file.Length - sizeof(int)
        ? BinaryPrimitives.ReadInt32LittleEndian(_file.Slice(position, sizeof(int)).Span)
        : throw new InvalidDataException("the file is cut off inside a message");
}

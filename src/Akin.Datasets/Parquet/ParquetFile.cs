using System.Buffers.Binary;
using Akin.Datasets.Arrow;
using Akin.Datasets.Columns;

namespace Akin.Datasets.Parquet;

/// <summary>
/// Reads Apache Parquet (https://github.com/apache/parquet-format, version 2.11): pages of both versions, all encodings but the deprecated bit-packed levels, nested columns.
/// A row group becomes a batch.
/// </summary>
internal sealed class ParquetFile
{
    private const int TailLength = 8;
    private const string ArrowSchemaKey = "ARROW:schema";

    private readonly string _path;
    private readonly MappedFile _file;
    private readonly ParquetSchema _schema;
    private readonly ThriftStruct[] _rowGroups;

    private ParquetFile(string path, MappedFile file)
    {
        _path = path;
        _file = file;
        ThriftStruct footer = ReadFooter(file);
        _schema = new ParquetSchema(footer.Structs(2));
        _rowGroups = footer.Structs(4);
        CheckRowGroups(footer.Required(3, "num_rows"));
        Stored = new Features(_schema.Columns.Select(column => KeyValuePair.Create(column.Name, column.Feature)));
        Features = Describe(Stored, footer.Structs(5));
    }

    /// <summary>The columns, with what Arrow's and datasets' metadata tell beyond Parquet's own types.</summary>
    public Features Features { get; }

    private Features Stored { get; }

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <exception cref="DataFormatException">It is not Parquet, or damaged.</exception>
    public static ParquetFile Open(string path)
    {
        string name = InputFile.DisplayName(path);
        try
        {
            return new ParquetFile(name, MappedFile.Open(path));
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException or DatasetException)
        {
            throw new DataFormatException(name, 0, $"{exception.Message.TrimEnd('.')}.", exception);
        }
    }

    /// <summary>The row groups in order, read as they are asked for.</summary>
    /// <exception cref="DataFormatException">A row group is damaged.</exception>
    public IEnumerable<RecordBatch> Read(CancellationToken cancellationToken)
    {
        for (int group = 0; group < _rowGroups.Length; group++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return ReadGroup(group);
        }
    }

    private static ThriftStruct ReadFooter(MappedFile file)
    {
        if (file.Length == 0)
        {
            throw new InvalidDataException("the file is empty");
        }

        if (file.Length < Magic.Length + TailLength)
        {
            throw new InvalidDataException($"the file has {file.Length} bytes, too few for Parquet");
        }

        ReadOnlySpan<byte> tail = file.Slice(file.Length - TailLength, TailLength).Span;
        if (tail.EndsWith("PARE"u8))
        {
            throw new NotSupportedException("the file is encrypted, which is not supported");
        }

        if (!tail.EndsWith(Magic) || !file.Slice(0, Magic.Length).Span.SequenceEqual(Magic))
        {
            throw new InvalidDataException("the file does not begin and end as a Parquet file does; it is something else, or cut off");
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (length <= 0 || length > file.Length - TailLength - Magic.Length)
        {
            throw new InvalidDataException($"the footer claims {length} bytes in a file of {file.Length}");
        }

        ThriftStruct footer = ThriftStruct.Read(file.Slice(file.Length - TailLength - length, length).Span, out _);
        return footer.Has(8) ? throw new NotSupportedException("the file is encrypted, which is not supported") : footer;
    }

    private void CheckRowGroups(long rowCount)
    {
        long rows = 0;
        foreach (ThriftStruct group in _rowGroups)
        {
            long count = group.Required(3, "the rows of a row group");
            if (count < 0 || group.Structs(1).Length != _schema.Leaves.Count)
            {
                throw new InvalidDataException($"a row group claims {count} rows in {group.Structs(1).Length} columns; the schema has {_schema.Leaves.Count}");
            }

            rows = checked(rows + count);
        }

        if (rows != rowCount)
        {
            throw new InvalidDataException($"the file claims {rowCount} rows, its row groups {rows}");
        }
    }

    private RecordBatch ReadGroup(int index)
    {
        ThriftStruct group = _rowGroups[index];
        ThriftStruct[] chunks = group.Structs(1);
        long rows = group.Required(3, "the rows of a row group");
        LeafReader[] leaves = new LeafReader[chunks.Length];
        int leaf = 0;
        try
        {
            for (; leaf < leaves.Length; leaf++)
            {
                leaves[leaf] = LeafReader.Read(_file, _schema.Leaves[leaf], chunks[leaf]);
            }

            leaf = -1;
            NestedColumns nested = new(leaves);
            ColumnData[] columns = [.. _schema.Columns.Select((column, place) => ColumnRestore.Restore(nested.Build(column, rows), Features.At(place).Value))];
            return new RecordBatch(Features, columns, (int)rows);
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException or OverflowException)
        {
            string where = leaf >= 0 && leaf < leaves.Length ? $"column '{_schema.Leaves[leaf].Path}': " : "";
            throw new DataFormatException(_path, 0, $"row group {index}: {where}{exception.Message.TrimEnd('.')}.", exception);
        }
    }

    private static Features Describe(Features stored, ThriftStruct[] metadata)
    {
        Features features = stored;
        foreach (ThriftStruct pair in metadata)
        {
            string? value = pair.Text(2);
            if (value is null)
            {
                continue;
            }

            if (pair.Text(1) == ArrowSchemaKey && ReadArrowSchema(value) is { } arrow && arrow.Count == stored.Count)
            {
                features = new Features(features.Select((entry, place) => KeyValuePair.Create(entry.Key, ColumnRestore.Restore(entry.Value, arrow.At(place).Value))));
            }
        }

        string? described = metadata.FirstOrDefault(pair => pair.Text(1) == FeatureJson.MetadataKey)?.Text(2);
        return described is not null && FeatureJson.ReadMetadata(described) is { } overlay ? FeatureJson.Overlay(features, overlay) : features;
    }

    /// <summary>The schema pyarrow keeps beside Parquet's own; one that cannot be read is left out.</summary>
    private static Features? ReadArrowSchema(string base64)
    {
        try
        {
            ReadOnlyMemory<byte> bytes = Convert.FromBase64String(base64);
            int prefix = bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFF, 0xFF, 0xFF]) ? 2 * sizeof(int) : sizeof(int);
            return FlatTable.Root(bytes[prefix..]).Table(2) is { } schema ? ArrowSchema.Read(schema).Features : null;
        }
        catch (Exception exception) when (exception is FormatException or InvalidDataException or NotSupportedException or DatasetException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}

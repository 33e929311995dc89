using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Akin.Datasets.Columns;
using Akin.Datasets.Compression;

namespace Akin.Datasets.Arrow;

/// <summary>Makes columns of the body of one RecordBatch message, checking every length and offset, without copying what is stored as it is kept here.</summary>
internal sealed class ArrowBatchReader(FlatTable batch, ReadOnlyMemory<byte> body, IReadOnlyDictionary<long, ColumnData> dictionaries)
{
    private const int NodeSize = 2 * sizeof(long);
    private const int BufferSize = 2 * sizeof(long);
    private const int ViewSize = 16;

    private readonly bool _compressed = batch.Table(3) is not null;
    private readonly bool _zstd = batch.Table(3)?.Byte(0) == 1;
    private int _node;
    private int _buffer;
    private int _variadic;
    private string _column = "";

    public RecordBatch Read(Features features, ArrowField[] fields)
    {
        long length = batch.Int64(0);
        if (length is < 0 or > int.MaxValue)
        {
            throw new InvalidDataException($"a batch says it has {length} rows");
        }

        ColumnData[] columns = new ColumnData[fields.Length];
        for (int place = 0; place < fields.Length; place++)
        {
            _column = fields[place].Name;
            columns[place] = Read(fields[place], length);
        }

        return new RecordBatch(features, columns, (int)length);
    }

    private ColumnData Read(ArrowField field, long expectedLength)
    {
        long nodeLength = batch.Int64At(1, _node, NodeSize);
        long nullCount = batch.Int64At(1, _node, NodeSize, sizeof(long));
        _node++;
        if (nodeLength != expectedLength || nodeLength > int.MaxValue || nullCount < 0 || nullCount > nodeLength)
        {
            throw Bad($"says it has {nodeLength} values with {nullCount} nulls where {expectedLength} values are expected");
        }

        int length = (int)nodeLength;
        if (field.DictionaryId is { } dictionary)
        {
            return ReadDictionaryIndices(field, dictionary, length, nullCount);
        }

        switch (field.Layout)
        {
            case ArrowLayout.View: return ReadViews(field, length, nullCount);
            case ArrowLayout.ListView or ArrowLayout.LargeListView: return ReadListViews(field, length, nullCount);
            case ArrowLayout.RunEnds: return ReadRuns(field, length);
            case ArrowLayout.SparseUnion or ArrowLayout.DenseUnion: return ReadUnion(field, length);
        }

        switch (field.Feature)
        {
            case Value { Type: ScalarType.Null }:
                return new NullColumn(field.Feature, length);
            case Value { Type: ScalarType.Boolean }:
                return new BooleanColumn(field.Feature, length, Validity(length, nullCount), Buffer(Bitmap.ByteCount(length)));
            case Value { Type: ScalarType.String or ScalarType.Binary or ScalarType.Json }:
                return ReadVariableWidth(field, length, Validity(length, nullCount), wide: false);
            case Value { Type: ScalarType.LargeString or ScalarType.LargeBinary }:
                return ReadVariableWidth(field, length, Validity(length, nullCount), wide: true);
            case StructFeature:
                ReadOnlyMemory<byte> present = Validity(length, nullCount);
                return new StructColumn(field.Feature, length, present, [.. field.Children.Select(child => Read(child, length))]);
            case ListFeature { FixedLength: { } itemCount }:
                return new FixedLengthListColumn(field.Feature, length, Validity(length, nullCount), Read(field.Children[0], (long)length * itemCount));
            case ListFeature or MapFeature:
                return ReadList(field, length, Validity(length, nullCount));
            default:
                ReadOnlyMemory<byte> validity = Validity(length, nullCount);
                return new FixedWidthColumn(field.Feature, length, validity, Buffer((long)length * FixedWidthColumn.WidthOf(field.Feature)));
        }
    }

    private VariableWidthColumn ReadVariableWidth(ArrowField field, int length, ReadOnlyMemory<byte> validity, bool wide)
    {
        ReadOnlyMemory<byte> offsets = Offsets(length, wide, out int end);
        VariableWidthColumn column = new(field.Feature, length, validity, offsets, wide, Buffer(end));
        if (VariableWidthColumn.IsText(field.Feature))
        {
            CheckText(column);
        }

        return column;
    }

    private ListColumn ReadList(ArrowField field, int length, ReadOnlyMemory<byte> validity)
    {
        bool wide = field.Feature is ListFeature { Large: true };
        ReadOnlyMemory<byte> offsets = Offsets(length, wide, out int end);
        ColumnData items = Read(field.Children[0], NextLength());
        if (end > items.Length)
        {
            throw Bad($"has list offsets up to {end} for {items.Length} items");
        }

        return new ListColumn(field.Feature, length, validity, offsets, wide, items);
    }

    private ColumnData ReadDictionaryIndices(ArrowField field, long dictionary, int length, long nullCount)
    {
        ReadOnlyMemory<byte> validity = Validity(length, nullCount);
        FixedWidthColumn indices = new(field.Indices!, length, validity, Buffer((long)length * FixedWidthColumn.WidthOf(field.Indices!)));
        ColumnData values = dictionaries.TryGetValue(dictionary, out ColumnData? known) ? known : throw Bad($"needs dictionary {dictionary}, which the file does not give before");
        return Rebuild(field.Feature, length, row => indices[row] is { } index ? values[Inside(Convert.ToInt64(index, System.Globalization.CultureInfo.InvariantCulture), values.Length)] : null);
    }

    private ColumnData ReadViews(ArrowField field, int length, long nullCount)
    {
        ReadOnlyMemory<byte> validity = Validity(length, nullCount);
        ReadOnlyMemory<byte> views = Buffer((long)length * ViewSize);
        long count = batch.Int64At(4, _variadic++);
        if (count is < 0 or > 1 << 20)
        {
            throw Bad($"says it has {count} buffers");
        }

        ReadOnlyMemory<byte>[] buffers = [.. Enumerable.Range(0, (int)count).Select(_ => Buffer(0))];
        bool text = VariableWidthColumn.IsText(field.Feature);
        NullMask nulls = new(validity);
        return Rebuild(field.Feature, length, row =>
        {
            if (nulls.IsNull(row))
            {
                return null;
            }

            ReadOnlySpan<byte> view = views.Span.Slice(row * ViewSize, ViewSize);
            int size = BinaryPrimitives.ReadInt32LittleEndian(view);
            const int InlineSize = 12;
            ReadOnlySpan<byte> bytes;
            if (size is >= 0 and <= InlineSize)
            {
                bytes = view.Slice(sizeof(int), size);
            }
            else
            {
                ReadOnlySpan<byte> buffer = buffers[Inside(BinaryPrimitives.ReadInt32LittleEndian(view[8..]), buffers.Length)].Span;
                int offset = BinaryPrimitives.ReadInt32LittleEndian(view[12..]);
                bytes = size >= 0 && offset >= 0 && offset <= buffer.Length - size ? buffer.Slice(offset, size) : throw Bad($"points outside its buffer in row {row}");
            }

            return text ? Utf8.IsValid(bytes) ? System.Text.Encoding.UTF8.GetString(bytes) : throw NotText(row) : bytes.ToArray();
        });
    }

    private ColumnData ReadListViews(ArrowField field, int length, long nullCount)
    {
        bool wide = field.Layout == ArrowLayout.LargeListView;
        int width = wide ? sizeof(long) : sizeof(int);
        NullMask nulls = new(Validity(length, nullCount));
        ReadOnlyMemory<byte> offsets = Buffer((long)length * width);
        ReadOnlyMemory<byte> sizes = Buffer((long)length * width);
        ColumnData items = Read(field.Children[0], NextLength());
        long At(ReadOnlyMemory<byte> numbers, int row) => wide
            ? MemoryMarshal.Read<long>(numbers.Span[(row * width)..])
            : MemoryMarshal.Read<int>(numbers.Span[(row * width)..]);
        return Rebuild(field.Feature, length, row =>
        {
            if (nulls.IsNull(row))
            {
                return null;
            }

            (long start, long count) = (At(offsets, row), At(sizes, row));
            return start >= 0 && count >= 0 && start <= items.Length - count ? items.Slice((int)start, (int)count) : throw Bad($"points outside its items in row {row}");
        });
    }

    private ColumnData ReadRuns(ArrowField field, int length)
    {
        ColumnData ends = Read(field.Children[0], NextLength());
        ColumnData values = Read(field.Children[1], NextLength());
        int run = 0;
        return Rebuild(field.Feature, length, row =>
        {
            while (run < ends.Length && Convert.ToInt64(ends[run], System.Globalization.CultureInfo.InvariantCulture) <= row)
            {
                run++;
            }

            return values[Inside(run, Math.Min(ends.Length, values.Length))];
        });
    }

    private ColumnData ReadUnion(ArrowField field, int length)
    {
        ReadOnlyMemory<byte> types = Buffer(length);
        bool dense = field.Layout == ArrowLayout.DenseUnion;
        ReadOnlyMemory<byte> places = dense ? Buffer((long)length * sizeof(int)) : default;
        ColumnData[] children = [.. field.Children.Select(child => Read(child, dense ? NextLength() : length))];
        return Rebuild(field.Feature, length, row =>
        {
            int child = Array.IndexOf(field.UnionTypes!, (sbyte)types.Span[row]);
            ColumnData values = child >= 0 ? children[child] : throw Bad($"names an unknown type of its union in row {row}");
            object? value = values[Inside(dense ? MemoryMarshal.Read<int>(places.Span[(row * sizeof(int))..]) : row, values.Length)];
            return value is null ? null : Json(value);
        });
    }

    /// <summary>Copies values into a column as it is stored here.</summary>
    private static ColumnData Rebuild(Feature feature, int length, Func<int, object?> read)
    {
        ColumnBuilder builder = ColumnBuilder.Create(feature);
        for (int row = 0; row < length; row++)
        {
            builder.Append(read(row));
        }

        return builder.Take();
    }

    private static string Json(object value) => value switch
    {
        double number => JsonValue.Create(number).ToJsonString(),
        float number => JsonValue.Create(number).ToJsonString(),
        bool bit => bit ? "true" : "false",
        string text => FeatureJson.Text(JsonValue.Create(text)),
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"a union that holds {value.GetType().Name} is not supported; unions of numbers, booleans and text are"),
    };

    /// <summary>The length of the next column, where only it says it itself.</summary>
    private long NextLength() => batch.Int64At(1, _node, NodeSize);

    private ReadOnlyMemory<byte> Validity(int length, long nullCount)
    {
        ReadOnlyMemory<byte> bits = Buffer(0);
        if (nullCount == 0)
        {
            return default;
        }

        return bits.Length >= Bitmap.ByteCount(length) ? bits : throw Bad($"has {bits.Length} bytes to tell which of {length} values are null");
    }

    private ReadOnlyMemory<byte> Offsets(int length, bool wide, out int end)
    {
        int width = wide ? sizeof(long) : sizeof(int);
        ReadOnlyMemory<byte> offsets = Buffer(0);
        if (length == 0 && offsets.Length < width)
        {
            end = 0;
            return new byte[width];
        }

        if (offsets.Length < ((long)length + 1) * width)
        {
            throw Bad($"has {offsets.Length} bytes for {length + 1} offsets");
        }

        long before = 0;
        for (int index = 0; index <= length; index++)
        {
            long offset = wide ? MemoryMarshal.Read<long>(offsets.Span[(index * width)..]) : MemoryMarshal.Read<int>(offsets.Span[(index * width)..]);
            if (offset < before || offset > int.MaxValue)
            {
                throw Bad($"has the offset {offset} after {before} in row {index}");
            }

            before = offset;
        }

        end = (int)before;
        return offsets;
    }

    /// <summary>The next buffer, with at least so many bytes.</summary>
    private ReadOnlyMemory<byte> Buffer(long least)
    {
        long offset = batch.Int64At(2, _buffer, BufferSize);
        long length = batch.Int64At(2, _buffer, BufferSize, sizeof(long));
        _buffer++;
        if (offset < 0 || length < 0 || offset > body.Length || length > body.Length - offset)
        {
            throw Bad($"has a buffer of {length} bytes at {offset} in a body of {body.Length}");
        }

        ReadOnlyMemory<byte> buffer = body.Slice((int)offset, (int)length);
        if (_compressed && length > 0)
        {
            buffer = Unpack(buffer);
        }

        return buffer.Length >= least ? buffer : throw Bad($"has {buffer.Length} bytes where {least} are needed");
    }

    private ReadOnlyMemory<byte> Unpack(ReadOnlyMemory<byte> packed)
    {
        const long StoredAsIs = -1;
        if (packed.Length < sizeof(long))
        {
            throw Bad("has a packed buffer without its length");
        }

        long length = BinaryPrimitives.ReadInt64LittleEndian(packed.Span);
        packed = packed[sizeof(long)..];
        if (length == StoredAsIs)
        {
            return packed;
        }

        if (length < 0)
        {
            throw Bad($"has a packed buffer of {length} bytes");
        }

        if (length > (long)packed.Length * (_zstd ? Zstandard.MaximumRatio : Lz4.MaximumRatio) || length > Array.MaxLength)
        {
            throw Bad($"has {packed.Length} packed bytes that claim to be {length}");
        }

        byte[] unpacked = new byte[length];
        if (_zstd)
        {
            Zstandard.Decode(packed.Span, unpacked);
        }
        else
        {
            Lz4.DecodeFrame(packed.Span, unpacked);
        }

        return unpacked;
    }

    private void CheckText(VariableWidthColumn column)
    {
        for (int row = 0; row < column.Length; row++)
        {
            if (!column.IsNull(row) && !Utf8.IsValid(column.Bytes(row)))
            {
                throw NotText(row);
            }
        }
    }

    private int Inside(long index, int count) => index >= 0 && index < count ? (int)index : throw Bad($"points to value {index} of {count}");

    private InvalidDataException NotText(int row) => Bad($"holds text that is not UTF-8 in row {row}");

    private InvalidDataException Bad(string problem) => new($"column '{_column}' {problem}");

    private readonly struct NullMask(ReadOnlyMemory<byte> validity)
    {
        public bool IsNull(int row) => !validity.IsEmpty && !Bitmap.IsSet(validity.Span, row);
    }
}

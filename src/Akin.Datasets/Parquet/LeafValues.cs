using System.Buffers;
using System.Buffers.Binary;
using Akin.Datasets.Columns;

namespace Akin.Datasets.Parquet;

/// <summary>The values of a leaf that are not null, as Parquet stores them, collected page by page.</summary>
internal sealed class LeafValues(ParquetLeaf leaf)
{
    private const long JulianDayOf1970 = 2_440_588;
    private const long NanosecondsPerDay = 86_400_000_000_000;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<int> _ends = [];

    public int Count { get; private set; }

    /// <summary>Values one after the other: numbers, bits, or lengths and bytes.</summary>
    public void AddPlain(ReadOnlySpan<byte> source, int count)
    {
        if (leaf.Type == ParquetType.Boolean)
        {
            if (Bitmap.ByteCount(count) > source.Length)
            {
                throw CutOff();
            }

            for (int index = 0; index < count; index++)
            {
                Add([Bitmap.IsSet(source, index) ? (byte)1 : (byte)0]);
            }
        }
        else if (leaf.Type == ParquetType.ByteArray)
        {
            for (int index = 0; index < count; index++)
            {
                int length = source.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(source) : throw CutOff();
                source = source[sizeof(int)..];
                if (length < 0 || length > source.Length)
                {
                    throw new InvalidDataException($"a value claims {length} bytes where {source.Length} are left");
                }

                Add(source[..length]);
                source = source[length..];
            }
        }
        else
        {
            long length = (long)count * leaf.Width;
            if (length > source.Length)
            {
                throw CutOff();
            }

            Reserve(length);
            _bytes.Write(source[..(int)length]);
            Count += count;
        }
    }

    public void Add(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        _bytes.Write(value);
        Count++;
        if (leaf.Type == ParquetType.ByteArray)
        {
            _ends.Add(_bytes.WrittenCount);
        }
        else if (leaf.Width > 0 && value.Length != leaf.Width)
        {
            throw new InvalidDataException($"a value has {value.Length} bytes where {leaf.Width} are needed");
        }
    }

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            if (leaf.Type == ParquetType.ByteArray)
            {
                int start = index == 0 ? 0 : _ends[index - 1];
                return _bytes.WrittenSpan[start.._ends[index]];
            }

            int width = Math.Max(leaf.Width, 1);
            return _bytes.WrittenSpan.Slice(index * width, width);
        }
    }

    /// <summary>The values with nulls between them.</summary>
    /// <param name="present">Whether each row has a value.</param>
    public ColumnData ToColumn(ReadOnlySpan<bool> present)
    {
        byte[] validity = Validity(present);
        if (leaf.Feature is Value { Type: ScalarType.Null })
        {
            return new NullColumn(leaf.Feature, present.Length);
        }

        if (leaf.Type == ParquetType.Boolean)
        {
            byte[] bits = new byte[Bitmap.ByteCount(present.Length)];
            for (int row = 0, next = 0; row < present.Length; row++)
            {
                if (present[row] && this[next++][0] != 0)
                {
                    Bitmap.Set(bits, row);
                }
            }

            return new BooleanColumn(leaf.Feature, present.Length, validity, bits);
        }

        int width = FixedWidthColumn.WidthOf(leaf.Feature);
        if (width == 0)
        {
            return ToVariableWidth(present, validity);
        }

        byte[] values = new byte[checked((long)present.Length * width)];
        for (int row = 0, next = 0; row < present.Length; row++)
        {
            if (present[row])
            {
                Convert(this[next++], values.AsSpan(row * width, width));
            }
        }

        return new FixedWidthColumn(leaf.Feature, present.Length, validity, values);
    }

    /// <summary>A bit per row; empty when every row has a value.</summary>
    public static byte[] Validity(ReadOnlySpan<bool> present)
    {
        if (!present.Contains(false))
        {
            return [];
        }

        byte[] bits = new byte[Bitmap.ByteCount(present.Length)];
        for (int row = 0; row < present.Length; row++)
        {
            if (present[row])
            {
                Bitmap.Set(bits, row);
            }
        }

        return bits;
    }

    private VariableWidthColumn ToVariableWidth(ReadOnlySpan<bool> present, byte[] validity)
    {
        byte[] offsets = new byte[(present.Length + 1) * sizeof(int)];
        int end = 0;
        for (int row = 0, next = 0; row < present.Length; row++)
        {
            end = present[row] ? _ends[next++] : end;
            BinaryPrimitives.WriteInt32LittleEndian(offsets.AsSpan((row + 1) * sizeof(int)), end);
        }

        VariableWidthColumn column = new(leaf.Feature, present.Length, validity, offsets, wideOffsets: false, _bytes.WrittenSpan.ToArray());
        for (int row = 0; row < present.Length && VariableWidthColumn.IsText(leaf.Feature); row++)
        {
            if (!System.Text.Unicode.Utf8.IsValid(column.Bytes(row)))
            {
                throw new InvalidDataException($"there is text that is not UTF-8 in row {row}");
            }
        }

        return column;
    }

    /// <summary>From Parquet's bytes to Arrow's: narrower integers, decimals little-endian, old timestamps as nanoseconds.</summary>
    private void Convert(ReadOnlySpan<byte> stored, Span<byte> value)
    {
        ScalarType type = ((Value)leaf.Feature).Type;
        if (leaf.Type == ParquetType.Int96)
        {
            long nanoseconds = BinaryPrimitives.ReadInt64LittleEndian(stored);
            long day = BinaryPrimitives.ReadUInt32LittleEndian(stored[sizeof(long)..]);
            BinaryPrimitives.WriteInt64LittleEndian(value, unchecked(((day - JulianDayOf1970) * NanosecondsPerDay) + nanoseconds));
        }
        else if (type is ScalarType.Decimal128 or ScalarType.Decimal256)
        {
            bool littleEndian = leaf.Type is ParquetType.Int32 or ParquetType.Int64;
            if (stored.Length == 0 || stored.Length > value.Length)
            {
                throw new InvalidDataException($"a decimal number has {stored.Length} bytes");
            }

            byte sign = littleEndian ? stored[^1] : stored[0];
            value.Fill((sign & 0x80) != 0 ? byte.MaxValue : (byte)0);
            stored.CopyTo(value);
            if (!littleEndian)
            {
                value[..stored.Length].Reverse();
            }
        }
        else
        {
            stored[..value.Length].CopyTo(value);
        }
    }

    private void Reserve(long length)
    {
        if (_bytes.WrittenCount + length > Array.MaxLength / 2)
        {
            throw new NotSupportedException("a column of a row group holds more than 1 GiB; write the file with smaller row groups");
        }
    }

    private static InvalidDataException CutOff() => new("a page holds fewer values than it claims");
}

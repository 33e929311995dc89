using System.Numerics;
using System.Runtime.InteropServices;

namespace Akin.Datasets.Columns;

/// <summary>Numbers, dates, times, decimals and fixed-size binary: the same number of bytes for every row, little-endian.</summary>
internal sealed class FixedWidthColumn(Feature feature, int length, ReadOnlyMemory<byte> validity, ReadOnlyMemory<byte> values)
    : ColumnData(feature, length, validity)
{
    private readonly ScalarType _type = TypeOf(feature);

    public ReadOnlyMemory<byte> Values { get; } = values;

    public int ByteWidth { get; } = WidthOf(feature);

    public ScalarType Type => _type;

    /// <summary>What a column of this feature stores: a class label is an integer of 64 bits.</summary>
    public static ScalarType TypeOf(Feature feature) => feature is Value value ? value.Type : ScalarType.Int64;

    /// <summary>Bytes of one value, or 0 for types of other layouts.</summary>
    public static int WidthOf(Feature feature) => TypeOf(feature) switch
    {
        ScalarType.Int8 or ScalarType.UInt8 => 1,
        ScalarType.Int16 or ScalarType.UInt16 or ScalarType.Float16 => 2,
        ScalarType.Int32 or ScalarType.UInt32 or ScalarType.Float32 or ScalarType.Date32 or ScalarType.Time32
            or ScalarType.IntervalMonths or ScalarType.Decimal32 => 4,
        ScalarType.Int64 or ScalarType.UInt64 or ScalarType.Float64 or ScalarType.Date64 or ScalarType.Time64
            or ScalarType.Timestamp or ScalarType.Duration or ScalarType.IntervalDayTime or ScalarType.Decimal64 => 8,
        ScalarType.Decimal128 or ScalarType.IntervalMonthDayNano => 16,
        ScalarType.Decimal256 => 32,
        ScalarType.FixedSizeBinary => ((Value)feature).ByteWidth,
        _ => 0,
    };

    public T Read<T>(int index)
        where T : struct => MemoryMarshal.Read<T>(Bytes(index));

    public ReadOnlySpan<byte> Bytes(int index) => Values.Span.Slice(index * ByteWidth, ByteWidth);

    public override long ByteCount => Validity.Length + Values.Length;

    public override ColumnData As(Feature feature) => new FixedWidthColumn(feature, Length, Validity, Values);

    public override Array Slice(int start, int count)
    {
        if (AnyNull(start, count))
        {
            return base.Slice(start, count);
        }

        return _type switch
        {
            ScalarType.Int8 => Copy<sbyte>(start, count),
            ScalarType.UInt8 => Copy<byte>(start, count),
            ScalarType.Int16 => Copy<short>(start, count),
            ScalarType.UInt16 => Copy<ushort>(start, count),
            ScalarType.Float16 => Copy<Half>(start, count),
            ScalarType.Int32 or ScalarType.Date32 or ScalarType.Time32 or ScalarType.IntervalMonths => Copy<int>(start, count),
            ScalarType.UInt32 => Copy<uint>(start, count),
            ScalarType.Float32 => Copy<float>(start, count),
            ScalarType.Int64 or ScalarType.Date64 or ScalarType.Time64 or ScalarType.Timestamp or ScalarType.Duration => Copy<long>(start, count),
            ScalarType.UInt64 => Copy<ulong>(start, count),
            ScalarType.Float64 => Copy<double>(start, count),
            _ => base.Slice(start, count),
        };
    }

    protected override object ValueAt(int index) => _type switch
    {
        ScalarType.Int8 => Read<sbyte>(index),
        ScalarType.UInt8 => Read<byte>(index),
        ScalarType.Int16 => Read<short>(index),
        ScalarType.UInt16 => Read<ushort>(index),
        ScalarType.Float16 => Read<Half>(index),
        ScalarType.Int32 or ScalarType.Date32 or ScalarType.Time32 or ScalarType.IntervalMonths => Read<int>(index),
        ScalarType.UInt32 => Read<uint>(index),
        ScalarType.Float32 => Read<float>(index),
        ScalarType.UInt64 => Read<ulong>(index),
        ScalarType.Float64 => Read<double>(index),
        ScalarType.Decimal32 or ScalarType.Decimal64 or ScalarType.Decimal128 or ScalarType.Decimal256 => Decimal(index),
        ScalarType.FixedSizeBinary => Bytes(index).ToArray(),
        ScalarType.IntervalDayTime => new long[] { MemoryMarshal.Read<int>(Bytes(index)), MemoryMarshal.Read<int>(Bytes(index)[4..]) },
        ScalarType.IntervalMonthDayNano => new long[]
        {
            MemoryMarshal.Read<int>(Bytes(index)), MemoryMarshal.Read<int>(Bytes(index)[4..]), MemoryMarshal.Read<long>(Bytes(index)[8..]),
        },
        _ => Read<long>(index),
    };

    private T[] Copy<T>(int start, int count)
        where T : struct => MemoryMarshal.Cast<byte, T>(Values.Span.Slice(start * ByteWidth, count * ByteWidth)).ToArray();

    /// <summary>All digits of the scale, as text: .NET's decimal holds 28 digits, Arrow's up to 76.</summary>
    private string Decimal(int index)
    {
        BigInteger unscaled = new(Bytes(index));
        int scale = ((Value)Feature).Scale;
        string digits = BigInteger.Abs(unscaled).ToString();
        string sign = unscaled.Sign < 0 ? "-" : "";
        if (scale <= 0)
        {
            return sign + digits + new string('0', unscaled.IsZero ? 0 : -scale);
        }

        digits = digits.PadLeft(scale + 1, '0');
        return $"{sign}{digits[..^scale]}.{digits[^scale..]}";
    }
}

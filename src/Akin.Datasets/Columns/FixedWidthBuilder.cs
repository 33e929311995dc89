using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Akin.Datasets.Columns;

/// <summary>Collects numbers, classes, dates, times, decimals and fixed-size binary.</summary>
internal sealed class FixedWidthBuilder(Feature feature) : ColumnBuilder(feature)
{
    private readonly ArrayBufferWriter<byte> _values = new();
    private readonly ScalarType _type = FixedWidthColumn.TypeOf(feature);
    private readonly int _byteWidth = FixedWidthColumn.WidthOf(feature);

    public override long ByteCount => _values.WrittenCount;

    protected override void AppendPlaceholder()
    {
        _values.GetSpan(_byteWidth)[.._byteWidth].Clear();
        _values.Advance(_byteWidth);
    }

    protected override void AppendValue(object value)
    {
        switch (_type)
        {
            case ScalarType.Int8: Add(Integer<sbyte>(value)); break;
            case ScalarType.Int16: Add(Integer<short>(value)); break;
            case ScalarType.Int32 or ScalarType.Date32 or ScalarType.Time32 or ScalarType.IntervalMonths: Add(Integer<int>(value)); break;
            case ScalarType.Int64 when Feature is ClassLabel label: Add(Class(label, value)); break;
            case ScalarType.Int64 or ScalarType.Date64 or ScalarType.Time64 or ScalarType.Timestamp or ScalarType.Duration: Add(Integer<long>(value)); break;
            case ScalarType.UInt8: Add(Integer<byte>(value)); break;
            case ScalarType.UInt16: Add(Integer<ushort>(value)); break;
            case ScalarType.UInt32: Add(Integer<uint>(value)); break;
            case ScalarType.UInt64: Add(Integer<ulong>(value)); break;
            case ScalarType.Float16: Add(value is Half half ? half : (Half)Number(value)); break;
            case ScalarType.Float32: Add(value is float single ? single : (float)Number(value)); break;
            case ScalarType.Float64: Add(Number(value)); break;
            case ScalarType.FixedSizeBinary: AddBinary(value); break;
            case ScalarType.IntervalDayTime or ScalarType.IntervalMonthDayNano: AddInterval(value); break;
            default: AddDecimal(value); break;
        }
    }

    protected override ColumnData Build(int length, byte[] validity)
    {
        FixedWidthColumn column = new(Feature, length, validity, _values.WrittenSpan.ToArray());
        _values.ResetWrittenCount();
        return column;
    }

    private void Add<T>(T value)
        where T : struct
    {
        MemoryMarshal.Write(_values.GetSpan(_byteWidth), in value);
        _values.Advance(_byteWidth);
    }

    private T Integer<T>(object value)
        where T : struct, INumberBase<T>
    {
        try
        {
            return value switch
            {
                T same => same,
                _ => ColumnReader.Integer<T>(value) ?? throw Unfit(value, Feature),
            };
        }
        catch (OverflowException)
        {
            throw Unfit(value, Feature);
        }
    }

    private double Number(object value) => value switch
    {
        double number => number,
        float number => number,
        Half number => (double)number,
        long or int or short or sbyte or byte or ushort or uint or ulong => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => throw Unfit(value, Feature),
    };

    /// <summary>A class by name or number; −1 stands for a missing class, as in Python's <c>datasets</c>.</summary>
    private long Class(ClassLabel label, object value)
    {
        if (value is string name)
        {
            return label.NumberOf(name);
        }

        long number = Integer<long>(value);
        if (number != -1)
        {
            label.NameOf(number);
        }

        return number;
    }

    private void AddBinary(object value)
    {
        if (value is not byte[] bytes || bytes.Length != _byteWidth)
        {
            throw Unfit(value, Feature);
        }

        _values.Write(bytes);
    }

    private void AddInterval(object value)
    {
        if (value is not long[] parts || parts.Length != (_type == ScalarType.IntervalDayTime ? 2 : 3))
        {
            throw Unfit(value, Feature);
        }

        Span<byte> destination = _values.GetSpan(_byteWidth);
        for (int part = 0; part < 2; part++)
        {
            int number = checked((int)parts[part]);
            MemoryMarshal.Write(destination[(part * sizeof(int))..], in number);
        }

        if (parts.Length == 3)
        {
            MemoryMarshal.Write(destination[8..], in parts[2]);
        }

        _values.Advance(_byteWidth);
    }

    private void AddDecimal(object value)
    {
        string text = value as string ?? (value as IFormattable)?.ToString(null, CultureInfo.InvariantCulture) ?? "";
        int scale = ((Value)Feature).Scale;
        int point = text.IndexOf('.');
        string fraction = point < 0 ? "" : text[(point + 1)..];
        string digits = (point < 0 ? text : text[..point]) + fraction.PadRight(Math.Max(scale, 0), '0');
        if (fraction.Length > Math.Max(scale, 0)
            || !BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger unscaled)
            || (scale < 0 && !(unscaled % BigInteger.Pow(10, -scale)).IsZero))
        {
            throw Unfit(value, Feature);
        }

        unscaled = scale < 0 ? unscaled / BigInteger.Pow(10, -scale) : unscaled;
        Span<byte> destination = _values.GetSpan(_byteWidth)[.._byteWidth];
        destination.Fill(unscaled.Sign < 0 ? (byte)0xFF : (byte)0);
        if (!unscaled.TryWriteBytes(destination, out _))
        {
            throw Unfit(value, Feature);
        }

        _values.Advance(_byteWidth);
    }
}

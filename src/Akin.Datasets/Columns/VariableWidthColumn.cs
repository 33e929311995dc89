using System.Runtime.InteropServices;
using System.Text;

namespace Akin.Datasets.Columns;

/// <summary>Texts and bytes: offsets of 32 or 64 bits into one run of bytes.</summary>
internal sealed class VariableWidthColumn(
    Feature feature, int length, ReadOnlyMemory<byte> validity, ReadOnlyMemory<byte> offsets, bool wideOffsets, ReadOnlyMemory<byte> values)
    : ColumnData(feature, length, validity)
{
    private readonly bool _text = IsText(feature);

    public ReadOnlyMemory<byte> Offsets { get; } = offsets;

    public bool WideOffsets { get; } = wideOffsets;

    public ReadOnlyMemory<byte> Values { get; } = values;

    public static bool IsText(Feature feature) => feature is Value { Type: ScalarType.String or ScalarType.LargeString or ScalarType.Json };

    public ReadOnlySpan<byte> Bytes(int index)
    {
        int start = Offset(index);
        return Values.Span[start..Offset(index + 1)];
    }

    /// <summary>Where a row begins; one more offset than rows. Buffers of more than 2 GiB are refused at load, so an int holds it.</summary>
    public int Offset(int index) => WideOffsets
        ? (int)MemoryMarshal.Read<long>(Offsets.Span[(index * sizeof(long))..])
        : MemoryMarshal.Read<int>(Offsets.Span[(index * sizeof(int))..]);

    public string Text(int index) => Encoding.UTF8.GetString(Bytes(index));

    public override long ByteCount => Validity.Length + Offsets.Length + Values.Length;

    public override ColumnData As(Feature feature) => new VariableWidthColumn(feature, Length, Validity, Offsets, WideOffsets, Values);

    public override Array Slice(int start, int count)
    {
        if (!_text)
        {
            return base.Slice(start, count);
        }

        string?[] items = new string?[count];
        for (int index = 0; index < count; index++)
        {
            items[index] = IsNull(start + index) ? null : Text(start + index);
        }

        return items;
    }

    protected override object ValueAt(int index) => _text ? Text(index) : Bytes(index).ToArray();
}

namespace Akin.Datasets.Columns;

/// <summary>A bit per row.</summary>
internal sealed class BooleanColumn(Feature feature, int length, ReadOnlyMemory<byte> validity, ReadOnlyMemory<byte> bits)
    : ColumnData(feature, length, validity)
{
    public ReadOnlyMemory<byte> Bits { get; } = bits;

    public override long ByteCount => Validity.Length + Bits.Length;

    public override ColumnData As(Feature feature) => new BooleanColumn(feature, Length, Validity, Bits);

    public override Array Slice(int start, int count)
    {
        if (AnyNull(start, count))
        {
            return base.Slice(start, count);
        }

        bool[] items = new bool[count];
        ReadOnlySpan<byte> bits = Bits.Span;
        for (int index = 0; index < count; index++)
        {
            items[index] = Bitmap.IsSet(bits, start + index);
        }

        return items;
    }

    protected override object ValueAt(int index) => Bitmap.IsSet(Bits.Span, index);
}

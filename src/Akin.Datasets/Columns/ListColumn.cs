using System.Runtime.InteropServices;

namespace Akin.Datasets.Columns;

/// <summary>Lists and maps: offsets of 32 or 64 bits into a column of items. The items of a map are structs of key and value.</summary>
internal sealed class ListColumn(
    Feature feature, int length, ReadOnlyMemory<byte> validity, ReadOnlyMemory<byte> offsets, bool wideOffsets, ColumnData items)
    : ColumnData(feature, length, validity)
{
    public ReadOnlyMemory<byte> Offsets { get; } = offsets;

    public bool WideOffsets { get; } = wideOffsets;

    public ColumnData Items { get; } = items;

    public int Offset(int index) => WideOffsets
        ? (int)MemoryMarshal.Read<long>(Offsets.Span[(index * sizeof(long))..])
        : MemoryMarshal.Read<int>(Offsets.Span[(index * sizeof(int))..]);

    public override long ByteCount => Validity.Length + Offsets.Length + Items.ByteCount;

    public override ColumnData As(Feature feature) =>
        new ListColumn(feature, Length, Validity, Offsets, WideOffsets, feature is ListFeature list ? Items.As(list.Item) : Items);

    protected override object ValueAt(int index)
    {
        int start = Offset(index);
        int count = Offset(index + 1) - start;
        if (Feature is not MapFeature)
        {
            return Items.Slice(start, count);
        }

        StructColumn entries = (StructColumn)Items;
        KeyValuePair<object, object?>[] pairs = new KeyValuePair<object, object?>[count];
        for (int place = 0; place < count; place++)
        {
            pairs[place] = new(entries.Fields[0][start + place]!, entries.Fields[1][start + place]);
        }

        return pairs;
    }
}

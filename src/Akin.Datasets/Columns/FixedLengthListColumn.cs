namespace Akin.Datasets.Columns;

/// <summary>Lists of one length: row i holds items [i · n, (i + 1) · n).</summary>
internal sealed class FixedLengthListColumn(Feature feature, int length, ReadOnlyMemory<byte> validity, ColumnData items)
    : ColumnData(feature, length, validity)
{
    private readonly int _itemCount = ((ListFeature)feature).FixedLength!.Value;

    public ColumnData Items { get; } = items;

    public override long ByteCount => Validity.Length + Items.ByteCount;

    public override ColumnData As(Feature feature) => new FixedLengthListColumn(feature, Length, Validity, Items.As(((ListFeature)feature).Item));

    protected override object ValueAt(int index) => Items.Slice(index * _itemCount, _itemCount);
}

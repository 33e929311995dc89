namespace Akin.Datasets.Columns;

/// <summary>A column of nothing but nulls.</summary>
internal sealed class NullColumn(Feature feature, int length) : ColumnData(feature, length, default)
{
    public override bool IsNull(int index) => true;

    public override long ByteCount => 0;

    public override ColumnData As(Feature feature) => new NullColumn(feature, Length);

    protected override object ValueAt(int index) => throw new InvalidOperationException("A null has no value.");
}

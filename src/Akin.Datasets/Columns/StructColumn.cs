namespace Akin.Datasets.Columns;

/// <summary>Objects: a column per field.</summary>
internal sealed class StructColumn(Feature feature, int length, ReadOnlyMemory<byte> validity, ColumnData[] fields)
    : ColumnData(feature, length, validity)
{
    public ColumnData[] Fields { get; } = fields;

    public override long ByteCount => Validity.Length + Fields.Sum(inner => inner.ByteCount);

    public override ColumnData As(Feature feature) =>
        new StructColumn(feature, Length, Validity, [.. Fields.Zip(((StructFeature)feature).Fields.Values, (field, type) => field.As(type))]);

    protected override object ValueAt(int index)
    {
        Features names = ((StructFeature)Feature).Fields;
        RowValues row = [];
        for (int field = 0; field < Fields.Length; field++)
        {
            row[names.At(field).Key] = Fields[field][index];
        }

        return row;
    }
}

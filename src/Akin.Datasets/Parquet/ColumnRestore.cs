using Akin.Datasets.Columns;

namespace Akin.Datasets.Parquet;

/// <summary>Gives columns the types their writer had, where Parquet has none for them: durations, zones and class labels. Values stay as they are; seconds stay milliseconds, as in pyarrow.</summary>
internal static class ColumnRestore
{
    /// <summary>The type a stored column gets from what Arrow's schema says.</summary>
    public static Feature Restore(Feature stored, Feature arrow) => (stored, arrow) switch
    {
        (Value { Type: ScalarType.Timestamp } a, Value { Type: ScalarType.Timestamp } b) when a.Unit == b.Unit => b,
        (Value { Type: ScalarType.Int64 }, Value { Type: ScalarType.Duration }) => arrow,
        (Value { Type: ScalarType.String }, Value { Type: ScalarType.Json }) => arrow,
        (ListFeature a, ListFeature b) => a with { Item = Restore(a.Item, b.Item) },
        (StructFeature a, StructFeature b) when a.Fields.Count == b.Fields.Count =>
            new StructFeature(new Features(a.Fields.Select((entry, place) => KeyValuePair.Create(entry.Key, Restore(entry.Value, b.Fields.At(place).Value))))),
        _ => stored,
    };

    /// <summary>The column under that type.</summary>
    public static ColumnData Restore(ColumnData column, Feature feature) => column switch
    {
        _ when column.Feature == feature => column,
        ListColumn list when feature is ListFeature lists => new ListColumn(feature, list.Length, list.Validity, list.Offsets, list.WideOffsets, Restore(list.Items, lists.Item)),
        StructColumn structure when feature is StructFeature parts =>
            new StructColumn(feature, structure.Length, structure.Validity, [.. structure.Fields.Zip(parts.Fields.Values, Restore)]),
        _ => column.As(feature),
    };
}

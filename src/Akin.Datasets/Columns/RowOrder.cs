namespace Akin.Datasets.Columns;

/// <summary>Orders rows by a column.</summary>
internal static class RowOrder
{
    public static int[] Sort(Dataset dataset, int column, bool descending, bool nullsFirst = false)
    {
        Feature feature = dataset.Features.At(column).Value;
        return feature switch
        {
            ClassLabel or Value
            {
                Type: ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or ScalarType.UInt8 or ScalarType.UInt16 or ScalarType.UInt32
                    or ScalarType.Boolean or ScalarType.Date32 or ScalarType.Date64 or ScalarType.Time32 or ScalarType.Time64 or ScalarType.Timestamp or ScalarType.Duration,
            } => Sort(dataset, column, descending, nullsFirst, value => Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture), Comparer<long>.Default),
            Value { Type: ScalarType.UInt64 } => Sort(dataset, column, descending, nullsFirst, value => (ulong)value, Comparer<ulong>.Default),
            Value { Type: ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 } =>
                Sort(dataset, column, descending, nullsFirst, value => value is Half half ? (double)half : Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture), NanLast(descending)),
            _ when VariableWidthColumn.IsText(feature) =>
                Sort(dataset, column, descending, nullsFirst, value => System.Text.Encoding.UTF8.GetBytes((string)value), Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right))),
            _ => throw new DatasetException($"column '{dataset.Features.At(column).Key}' holds {feature}, which has no order; sort by numbers, booleans, dates or text."),
        };
    }

    /// <summary>NaN comes after every number, in either direction, as in Arrow.</summary>
    private static Comparer<double> NanLast(bool descending) => Comparer<double>.Create((left, right) =>
        double.IsNaN(left) || double.IsNaN(right)
            ? double.IsNaN(left).CompareTo(double.IsNaN(right)) * (descending ? -1 : 1)
            : left.CompareTo(right));

    private static int[] Sort<TKey>(Dataset dataset, int column, bool descending, bool nullsFirst, Func<object, TKey> key, Comparer<TKey> comparer)
    {
        List<(int Row, TKey Key)> present = [];
        List<int> absent = [];
        for (int row = 0; row < dataset.Count; row++)
        {
            object? value = dataset.Read<object?>(column, row);
            if (value is null)
            {
                absent.Add(row);
            }
            else
            {
                present.Add((row, key(value)));
            }
        }

        IEnumerable<int> ordered = descending
            ? present.OrderByDescending(entry => entry.Key, comparer).Select(entry => entry.Row)
            : present.OrderBy(entry => entry.Key, comparer).Select(entry => entry.Row);
        return nullsFirst ? [.. absent, .. ordered] : [.. ordered, .. absent];
    }
}

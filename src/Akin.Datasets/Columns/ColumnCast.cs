namespace Akin.Datasets.Columns;

/// <summary>Gives a column another type.</summary>
internal static class ColumnCast
{
    public static ColumnData Convert(ColumnData column, Feature feature, string name, int firstRow)
    {
        if (column.Feature == feature)
        {
            return column;
        }

        if (SameLayout(column.Feature, feature))
        {
            return column.As(feature);
        }

        ColumnBuilder builder = ColumnBuilder.Create(feature);
        for (int row = 0; row < column.Length; row++)
        {
            try
            {
                builder.Append(column[row]);
            }
            catch (DatasetException exception)
            {
                throw new DatasetException($"row {firstRow + row}, column '{name}': {exception.Message}", exception);
            }
        }

        return builder.Take();
    }

    /// <summary>A class label may be taken for an integer without looking; the other way the numbers are checked.</summary>
    private static bool SameLayout(Feature from, Feature to) =>
        from is ClassLabel && to is Value { Type: ScalarType.Int64 };
}

using System.Collections;

namespace Akin.Datasets.Columns;

/// <summary>Turns columns of .NET values into a batch.</summary>
internal static class ColumnBatch
{
    public static RecordBatch Build(ColumnValues values, Features? features, int firstRow)
    {
        List<KeyValuePair<string, Feature>> types = [];
        List<ColumnData> columns = [];
        int? length = null;
        foreach ((string name, IEnumerable items) in values)
        {
            if (items is string)
            {
                throw new DatasetException($"column '{name}' is given as one text; give a list with a value per row.");
            }

            // A sequence that is computed as it is read must not be read twice.
            IEnumerable once = items is ICollection ? items : items.Cast<object?>().ToArray();
            Feature feature = features is not null && features.TryGetValue(name, out Feature? known) ? known : Infer(name, once, firstRow);
            ColumnBuilder builder = ColumnBuilder.Create(feature);
            foreach (object? item in once)
            {
                try
                {
                    builder.Append(item);
                }
                catch (DatasetException exception)
                {
                    throw new DatasetException($"row {firstRow + builder.Length}, column '{name}': {exception.Message}", exception);
                }
            }

            length ??= builder.Length;
            if (builder.Length != length)
            {
                throw new DatasetException($"column '{name}' has {builder.Length} values, column '{values.Keys.First()}' {length}; all columns need the same number.");
            }

            types.Add(KeyValuePair.Create(name, feature));
            columns.Add(builder.Take());
        }

        return new RecordBatch(new Features(types), [.. columns], length ?? 0);
    }

    private static Feature Infer(string name, IEnumerable items, int firstRow)
    {
        Feature feature = Value.Null;
        int row = firstRow;
        foreach (object? item in items)
        {
            Feature found = FeatureInference.Of(item);
            feature = FeatureInference.TryJoin(feature, found)
                ?? throw new DatasetException($"row {row}, column '{name}': the value is {found}, the rows before {feature}; name the type in Features.");
            row++;
        }

        return feature;
    }
}

using System.Collections;
using Akin.Datasets.Columns;

namespace Akin.Datasets;

/// <content>Making data sets from values.</content>
public sealed partial class Dataset
{
    /// <summary>A data set of columns.</summary>
    /// <param name="columns">Names and values; all with the same number of values.</param>
    /// <exception cref="DatasetException">The columns differ in length, a name occurs twice, or values do not mix.</exception>
    public static Dataset FromColumns(params ReadOnlySpan<(string Name, IEnumerable Values)> columns) => FromColumns(null, columns);

    /// <summary>A data set of columns with their types.</summary>
    /// <param name="features">The types; null to tell them from the values.</param>
    /// <param name="columns">Names and values; all with the same number of values.</param>
    /// <exception cref="DatasetException">The columns differ in length, a name occurs twice, or a value does not fit its column.</exception>
    public static Dataset FromColumns(Features? features, params ReadOnlySpan<(string Name, IEnumerable Values)> columns)
    {
        ColumnValues values = [];
        foreach ((string name, IEnumerable items) in columns)
        {
            if (!values.TryAdd(name, items))
            {
                throw new DatasetException($"two columns are called '{name}'; give each its own name.");
            }
        }

        RecordBatch batch = ColumnBatch.Build(values, features, firstRow: 0);
        return new Dataset(new Table(batch.Features, [batch]), Fingerprints.OfValues([batch]));
    }

    /// <summary>A data set of rows.</summary>
    /// <param name="rows">The rows; a column that a row does not name is null there.</param>
    /// <param name="features">The types; null to tell them from the values, column by column in the order of first appearance.</param>
    /// <exception cref="DatasetException">A value does not fit its column, or values of a column do not mix.</exception>
    public static Dataset FromRows(IEnumerable<IReadOnlyDictionary<string, object?>> rows, Features? features = null)
    {
        if (features is null)
        {
            List<IReadOnlyDictionary<string, object?>> list = [.. rows];
            rows = list;
            features = Features.None;
            for (int row = 0; row < list.Count; row++)
            {
                foreach ((string name, object? value) in list[row])
                {
                    Feature feature = FeatureInference.Of(value);
                    Feature? joined = features.TryGetValue(name, out Feature? known) ? FeatureInference.TryJoin(known, feature) : feature;
                    features = features.With(name, joined ?? throw new DatasetException($"row {row}, column '{name}': the value is {feature}, the rows before {known}; name the type in Features."));
                }
            }
        }

        BatchBuilder builder = new(features);
        using TableSink sink = new(features);
        int index = 0;
        foreach (IReadOnlyDictionary<string, object?> row in rows)
        {
            builder.Add(row, () => $"row {index}");
            index++;
            if (builder.IsFull)
            {
                sink.Add(builder.Take());
            }
        }

        sink.Add(builder.Take());
        Table table = sink.Complete();
        return new Dataset(table, Fingerprints.OfValues(table.Batches));
    }
}

using System.Collections;
using Akin.Datasets.Columns;

namespace Akin.Datasets;

/// <content>Choosing, naming and retyping columns.</content>
public sealed partial class Dataset
{
    /// <summary>The same rows with only these columns, in this order.</summary>
    /// <param name="names">Names of columns.</param>
    /// <exception cref="DatasetException">There is no such column.</exception>
    public Dataset SelectColumns(params IReadOnlyList<string> names)
    {
        int[] places = [.. names.Select(Features.IndexOf)];
        Features features = new(places.Select(Features.At));
        return new Dataset(_table.Choose(features, places), Fingerprints.Of(Fingerprint, "columns", [.. names]), _indices);
    }

    /// <summary>The same rows without these columns.</summary>
    /// <param name="names">Names of columns.</param>
    /// <exception cref="DatasetException">There is no such column.</exception>
    public Dataset RemoveColumns(params IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            Features.IndexOf(name);
        }

        return SelectColumns([.. ColumnNames.Except(names)]);
    }

    /// <summary>The same rows with a column under another name.</summary>
    /// <param name="name">Its name so far.</param>
    /// <param name="newName">Its new name.</param>
    /// <exception cref="DatasetException">There is no such column, or the new name is taken.</exception>
    public Dataset RenameColumn(string name, string newName)
    {
        int place = Features.IndexOf(name);
        Features features = new(Features.Select((entry, index) => index == place ? KeyValuePair.Create(newName, entry.Value) : entry));
        return new Dataset(
            _table.Choose(features, [.. Enumerable.Range(0, features.Count)]), Fingerprints.Of(Fingerprint, "rename", name, newName), _indices);
    }

    /// <summary>The same rows with a column more, at the end.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">A value per row.</param>
    /// <param name="feature">Its type; null to tell it from the values.</param>
    /// <exception cref="DatasetException">The name is taken, or there are more or fewer values than rows.</exception>
    public Dataset AddColumn(string name, IEnumerable values, Feature? feature = null)
    {
        if (Features.ContainsKey(name))
        {
            throw new DatasetException($"there is a column '{name}' already.");
        }

        Dataset column = FromColumns(feature is null ? null : new Features((name, feature)), (name, values));
        if (column.Count != Count)
        {
            throw new DatasetException($"column '{name}' has {column.Count} values, the data set {Count} rows.");
        }

        int row = 0;
        return Map(_ => new RowValues { [name] = column.Read<object?>(0, row++) }, new MapOptions { Features = column.Features });
    }

    /// <summary>The same rows with a column of another type: integers and numbers are converted where nothing is lost, text to a <see cref="ClassLabel"/> by name.</summary>
    /// <param name="name">Name of the column.</param>
    /// <param name="feature">Its new type.</param>
    /// <exception cref="DatasetException">There is no such column, or a value does not fit; the message names the row.</exception>
    public Dataset CastColumn(string name, Feature feature) => Cast(Features.With(name, Features.ContainsKey(name) ? feature : Features[name]));

    /// <summary>The same rows with columns of other types, see <see cref="CastColumn"/>.</summary>
    /// <param name="features">The new types; the same names in the same order.</param>
    /// <exception cref="DatasetException">The names differ, or a value does not fit; the message names the row.</exception>
    public Dataset Cast(Features features)
    {
        if (features.Equals(Features))
        {
            return this;
        }

        if (!features.Keys.SequenceEqual(Features.Keys, StringComparer.Ordinal))
        {
            throw new DatasetException($"the columns are {string.Join(", ", ColumnNames)}; the types given are for {string.Join(", ", features.Keys)}.");
        }

        using TableSink sink = new(features);
        int start = 0;
        foreach (RecordBatch batch in _table.Batches)
        {
            ColumnData[] columns = new ColumnData[features.Count];
            for (int place = 0; place < columns.Length; place++)
            {
                columns[place] = ColumnCast.Convert(batch.Columns[place], features.At(place).Value, features.At(place).Key, start);
            }

            sink.Add(new RecordBatch(features, columns, batch.Length));
            start += batch.Length;
        }

        return new Dataset(sink.Complete(), Fingerprints.Of(Fingerprint, "cast", features.ToString(), string.Join('\n', features.Values.OfType<ClassLabel>().SelectMany(label => label.Names))), _indices);
    }

    /// <summary>The same rows with a column turned into a <see cref="ClassLabel"/>: its different values, sorted as text, are the names.</summary>
    /// <param name="name">Name of a column of text, integers or booleans.</param>
    /// <exception cref="DatasetException">There is no such column.</exception>
    public Dataset ClassEncodeColumn(string name)
    {
        Features.IndexOf(name);
        string[] classes = [.. Unique(name).Where(value => value is not null).Select(ClassName!).Order(StringComparer.Ordinal)];
        ClassLabel label = new(classes);
        return Map(
            row => new RowValues { [name] = row[name] is { } value ? label.NumberOf(ClassName(value)) : null },
            new MapOptions { Features = new Features((name, label)) });
    }

    /// <summary>The different values of a column in the order of first appearance.</summary>
    /// <param name="name">Name of a column of single values.</param>
    /// <exception cref="DatasetException">There is no such column.</exception>
    public IReadOnlyList<object?> Unique(string name) => [.. Column<object?>(name).Distinct()];

    private static string ClassName(object value) =>
        value is IFormattable number ? number.ToString(null, System.Globalization.CultureInfo.InvariantCulture) : value.ToString()!;
}

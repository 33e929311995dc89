using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Akin.Datasets.Columns;

namespace Akin.Datasets;

/// <summary>One row of a data set. It reads a value when it is asked for, so that columns nobody asks for cost nothing.</summary>
/// <remarks>
/// Values come as .NET objects: numbers, <see cref="bool"/>, <see cref="string"/>, <c>byte[]</c>; lists as arrays (<c>long[]</c>, <c>string?[]</c>,
/// else <c>object?[]</c>); structs as <see cref="RowValues"/>; maps as arrays of pairs; dates and times as the stored integer; decimals as text with all digits.
/// </remarks>
[SuppressMessage("Naming", "CA1710", Justification = "A row of a data set is called a row.")]
public sealed class DatasetRow : IReadOnlyDictionary<string, object?>
{
    private readonly RecordBatch _batch;
    private readonly int _place;

    internal DatasetRow(RecordBatch batch, int place, int index)
    {
        _batch = batch;
        _place = place;
        Index = index;
    }

    /// <summary>The row's place in its data set, from 0.</summary>
    public int Index { get; }

    /// <summary>The columns of the data set.</summary>
    public Features Features => _batch.Features;

    /// <inheritdoc/>
    public int Count => Features.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => Features.Keys;

    /// <inheritdoc/>
    public IEnumerable<object?> Values => _batch.Columns.Select(column => column[_place]);

    /// <summary>The value of a column, or null.</summary>
    /// <param name="key">Name of the column.</param>
    /// <exception cref="DatasetException">There is no such column.</exception>
    public object? this[string key] => _batch.Columns[Features.IndexOf(key)][_place];

    /// <summary>The value of a column as <typeparamref name="T"/>; numbers are converted where nothing is lost.</summary>
    /// <typeparam name="T">For example <c>string</c>, <c>long</c>, <c>double?</c>, <c>int[]</c>; <c>string</c> of a class label is its name.</typeparam>
    /// <param name="column">Name of the column.</param>
    /// <exception cref="DatasetException">There is no such column, the value is null and <typeparamref name="T"/> has no null, or it is of another type.</exception>
    public T Get<T>(string column)
    {
        try
        {
            return ColumnReader.Read<T>(_batch.Columns[Features.IndexOf(column)], _place);
        }
        catch (InvalidCastException exception)
        {
            throw new DatasetException($"row {Index}, column '{column}': {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => Features.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object? value)
    {
        bool found = Features.ContainsKey(key);
        value = found ? this[key] : null;
        return found;
    }

    /// <summary>The row's values, copied; for a result that keeps all columns and changes some.</summary>
    public RowValues ToValues()
    {
        RowValues values = [];
        foreach ((string name, object? value) in this)
        {
            values[name] = value;
        }

        return values;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (int place = 0; place < Count; place++)
        {
            yield return KeyValuePair.Create(Features.At(place).Key, _batch.Columns[place][_place]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

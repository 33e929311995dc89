using System.Collections;
using Akin.Datasets.Columns;

namespace Akin.Datasets;

/// <summary>
/// Rows with named, typed columns. Immutable: what selects, orders or changes rows gives a new data set that shares the values. Safe to read from many threads.
/// </summary>
/// <remarks>Names and meanings follow Python's <c>datasets</c>.</remarks>
public sealed partial class Dataset : IReadOnlyList<DatasetRow>
{
    private readonly Table _table;

    /// <summary>The row of the table for each row of this set, or null when they are the same.</summary>
    private readonly int[]? _indices;

    internal Dataset(Table table, string fingerprint, int[]? indices = null)
    {
        _table = table;
        _indices = indices;
        Fingerprint = fingerprint;
        Count = indices?.Length ?? table.RowCount;
    }

    /// <summary>The columns: names and types, in order.</summary>
    public Features Features => _table.Features;

    /// <summary>The column names in order.</summary>
    public IEnumerable<string> ColumnNames => Features.Keys;

    /// <summary>How many rows there are.</summary>
    public int Count { get; }

    /// <summary>A name for the content: where it came from and what was done to it. Equal names mean equal rows.</summary>
    public string Fingerprint { get; }

    internal Table Table => _table;

    internal bool HasIndices => _indices is not null;

    /// <summary>A row.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="DatasetException">There is no such row.</exception>
    public DatasetRow this[int index] => RowAt(index, index);

    /// <summary>The values of a column.</summary>
    /// <typeparam name="T">The type to read them as, see <see cref="DatasetRow.Get{T}"/>.</typeparam>
    /// <param name="name">Name of the column.</param>
    /// <exception cref="DatasetException">There is no such column.</exception>
    public DatasetColumn<T> Column<T>(string name) => new(this, Features.IndexOf(name));

    /// <inheritdoc/>
    public IEnumerator<DatasetRow> GetEnumerator()
    {
        for (int index = 0; index < Count; index++)
        {
            yield return this[index];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal DatasetRow RowAt(int index, int shownIndex)
    {
        (RecordBatch batch, int place) = Locate(index);
        return new DatasetRow(batch, place, shownIndex);
    }

    internal T Read<T>(int column, int index)
    {
        (RecordBatch batch, int place) = Locate(index);
        try
        {
            return ColumnReader.Read<T>(batch.Columns[column], place);
        }
        catch (InvalidCastException exception)
        {
            throw new DatasetException($"row {index}, column '{Features.At(column).Key}': {exception.Message}", exception);
        }
    }

    private (RecordBatch Batch, int Place) Locate(int index) =>
        (uint)index < (uint)Count
            ? _table.Locate(_indices is null ? index : _indices[index])
            : throw new DatasetException($"there is no row {index}; the data set has {Count} rows, numbered from 0.");
}

namespace Akin.Datasets;

/// <summary>Rows that lie one after the other, as a function given to <see cref="Dataset.MapBatches"/> sees them.</summary>
public sealed class DatasetBatch
{
    private readonly Dataset _rows;

    internal DatasetBatch(Dataset rows, int firstIndex)
    {
        _rows = rows;
        FirstIndex = firstIndex;
    }

    /// <summary>How many rows there are.</summary>
    public int Count => _rows.Count;

    /// <summary>The place of the first row in the data set, from 0.</summary>
    public int FirstIndex { get; }

    /// <summary>The columns.</summary>
    public Features Features => _rows.Features;

    /// <summary>A row; its <see cref="DatasetRow.Index"/> counts within the whole data set.</summary>
    /// <param name="index">The row of the batch, from 0.</param>
    public DatasetRow this[int index] => _rows.RowAt(index, FirstIndex + index);

    /// <summary>The values of a column.</summary>
    /// <typeparam name="T">The type to read them as.</typeparam>
    /// <param name="name">Name of the column.</param>
    /// <exception cref="DatasetException">There is no such column.</exception>
    public DatasetColumn<T> Column<T>(string name) => _rows.Column<T>(name);
}

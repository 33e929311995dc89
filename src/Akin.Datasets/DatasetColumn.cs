using System.Collections;

namespace Akin.Datasets;

/// <summary>One column of a data set as a list; values are read when they are asked for.</summary>
/// <typeparam name="T">The type values are read as, see <see cref="DatasetRow.Get{T}"/>.</typeparam>
public sealed class DatasetColumn<T> : IReadOnlyList<T>
{
    private readonly Dataset _dataset;
    private readonly int _place;

    internal DatasetColumn(Dataset dataset, int place)
    {
        _dataset = dataset;
        _place = place;
    }

    /// <inheritdoc/>
    public int Count => _dataset.Count;

    /// <summary>The value of a row.</summary>
    /// <param name="index">The row, from 0.</param>
    /// <exception cref="DatasetException">There is no such row, or its value cannot be read as <typeparamref name="T"/>.</exception>
    public T this[int index] => _dataset.Read<T>(_place, index);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (int index = 0; index < Count; index++)
        {
            yield return this[index];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

using System.Collections;

namespace Akin.Training.Tasks;

/// <summary>Examples that are made of the rows of another list whenever they are asked for, so that a data set larger than memory can be trained on.</summary>
/// <typeparam name="TSource">A row, such as <see cref="Datasets.DatasetRow"/>.</typeparam>
/// <typeparam name="TExample">An example of a task.</typeparam>
/// <param name="source">The rows; a <see cref="Datasets.Dataset"/> is such a list.</param>
/// <param name="make">Makes an example; the same for the same row.</param>
public sealed class MappedExamples<TSource, TExample>(IReadOnlyList<TSource> source, Func<TSource, TExample> make) : IReadOnlyList<TExample>
{
    /// <inheritdoc/>
    public int Count => source.Count;

    /// <inheritdoc/>
    public TExample this[int index] => make(source[index]);

    /// <inheritdoc/>
    public IEnumerator<TExample> GetEnumerator() => source.Select(make).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

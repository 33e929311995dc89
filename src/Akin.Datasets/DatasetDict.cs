using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Akin.Datasets;

/// <summary>Data sets by the name of their split: <c>train</c>, <c>validation</c>, <c>test</c> … Immutable.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "The name Python's datasets gives it.")]
public sealed partial class DatasetDict : IReadOnlyDictionary<string, Dataset>
{
    private readonly KeyValuePair<string, Dataset>[] _splits;

    /// <summary>Creates it from splits.</summary>
    /// <param name="splits">Names and sets, in order.</param>
    /// <exception cref="DatasetException">A name occurs twice.</exception>
    public DatasetDict(params IEnumerable<KeyValuePair<string, Dataset>> splits)
    {
        _splits = [.. splits];
        if (_splits.GroupBy(split => split.Key).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new DatasetException($"two splits are called '{twice.Key}'.");
        }
    }

    /// <inheritdoc/>
    public int Count => _splits.Length;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _splits.Select(split => split.Key);

    /// <inheritdoc/>
    public IEnumerable<Dataset> Values => _splits.Select(split => split.Value);

    /// <summary>The data set of a split.</summary>
    /// <param name="key">Name of the split.</param>
    /// <exception cref="DatasetException">There is no such split.</exception>
    public Dataset this[string key] =>
        TryGetValue(key, out Dataset? dataset)
            ? dataset
            : throw new DatasetException($"there is no split '{key}'; there are {string.Join(", ", Keys.Select(name => $"'{name}'"))}.");

    /// <inheritdoc/>
    public bool ContainsKey(string key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Dataset value)
    {
        value = Array.Find(_splits, split => split.Key == key).Value;
        return value is not null;
    }

    /// <summary>The same splits, each changed by a function.</summary>
    /// <param name="change">For example <c>set => set.Shuffle(42)</c>.</param>
    public DatasetDict Each(Func<Dataset, Dataset> change) => new(_splits.Select(split => KeyValuePair.Create(split.Key, change(split.Value))));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Dataset>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, Dataset>>)_splits).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

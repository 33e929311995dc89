using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Akin.Datasets;

/// <summary>The columns of a data set: names and types, in order. Immutable.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "The name Python's datasets gives it.")]
public sealed class Features : IReadOnlyDictionary<string, Feature>, IEquatable<Features>
{
    private readonly KeyValuePair<string, Feature>[] _entries;
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <summary>Creates the list of columns.</summary>
    /// <param name="entries">Names and types.</param>
    /// <exception cref="DatasetException">A name occurs twice.</exception>
    public Features(params IEnumerable<KeyValuePair<string, Feature>> entries)
    {
        _entries = [.. entries];
        for (int place = 0; place < _entries.Length; place++)
        {
            if (!_places.TryAdd(_entries[place].Key, place))
            {
                throw new DatasetException($"two columns are called '{_entries[place].Key}'; give each its own name.");
            }
        }
    }

    /// <summary>Creates the list of columns.</summary>
    /// <param name="entries">Names and types.</param>
    /// <exception cref="DatasetException">A name occurs twice.</exception>
    public Features(params ReadOnlySpan<(string Name, Feature Feature)> entries)
        : this(entries.ToArray().Select(entry => KeyValuePair.Create(entry.Name, entry.Feature)))
    {
    }

    /// <summary>No columns.</summary>
    public static Features None { get; } = new(Array.Empty<KeyValuePair<string, Feature>>());

    /// <inheritdoc/>
    public int Count => _entries.Length;

    /// <summary>The column names in order.</summary>
    public IEnumerable<string> Keys => _entries.Select(entry => entry.Key);

    /// <summary>The column types in order.</summary>
    public IEnumerable<Feature> Values => _entries.Select(entry => entry.Value);

    /// <summary>The type of a column.</summary>
    /// <param name="key">Its name.</param>
    /// <exception cref="DatasetException">There is no such column.</exception>
    public Feature this[string key] => _entries[IndexOf(key)].Value;

    /// <summary>Name and type of the column at a place.</summary>
    /// <param name="place">From 0.</param>
    public KeyValuePair<string, Feature> At(int place) => _entries[place];

    /// <summary>The place of a column, from 0.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="DatasetException">There is no such column.</exception>
    public int IndexOf(string name) =>
        _places.TryGetValue(name, out int place)
            ? place
            : throw new DatasetException($"there is no column '{name}'; the columns are {string.Join(", ", Keys.Select(key => $"'{key}'"))}.");

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _places.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Feature value)
    {
        bool found = _places.TryGetValue(key, out int place);
        value = found ? _entries[place].Value : null;
        return found;
    }

    /// <summary>The same columns with one replaced, or added at the end.</summary>
    /// <param name="name">Name of the column.</param>
    /// <param name="feature">Its type.</param>
    public Features With(string name, Feature feature) =>
        ContainsKey(name)
            ? new(_entries.Select(entry => entry.Key == name ? KeyValuePair.Create(name, feature) : entry))
            : new(_entries.Append(KeyValuePair.Create(name, feature)));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Feature>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, Feature>>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether both have the same columns in the same order.</summary>
    /// <param name="other">Another list of columns.</param>
    public bool Equals(Features? other) => other is not null && _entries.AsSpan().SequenceEqual(other._entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Features);

    /// <inheritdoc/>
    public override int GetHashCode() => _entries.Aggregate(Count, (hash, entry) => HashCode.Combine(hash, entry.Key, entry.Value));

    /// <summary>The columns as <c>name: type</c>.</summary>
    public override string ToString() => string.Join(", ", _entries.Select(entry => $"{entry.Key}: {entry.Value}"));
}

namespace Akin.Datasets;

/// <summary>A column of classes: stored as int64, −1 or null where the class is missing, with a name for each number.</summary>
public sealed record ClassLabel : Feature
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>Creates the feature.</summary>
    /// <param name="names">The class names; a class's number is its place here.</param>
    /// <exception cref="DatasetException">A name occurs twice.</exception>
    public ClassLabel(params IEnumerable<string> names)
    {
        Names = [.. names];
        for (int number = 0; number < Names.Count; number++)
        {
            if (!_numbers.TryAdd(Names[number], number))
            {
                throw new DatasetException($"the class names hold '{Names[number]}' twice.");
            }
        }
    }

    /// <summary>The class names in the order of their numbers.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>How many classes there are.</summary>
    public int ClassCount => Names.Count;

    /// <inheritdoc/>
    public override string TypeName => "int64";

    /// <summary>The number of a class.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="DatasetException">There is no such class.</exception>
    public int NumberOf(string name) =>
        _numbers.TryGetValue(name, out int number)
            ? number
            : throw new DatasetException($"'{name}' is not one of the {Names.Count} classes: {Listed()}.");

    /// <summary>The number of a class, if there is such a class.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="number">Its number.</param>
    public bool TryNumberOf(string name, out int number) => _numbers.TryGetValue(name, out number);

    /// <summary>The name of a class.</summary>
    /// <param name="number">Its number, from 0.</param>
    /// <exception cref="DatasetException">There is no such class.</exception>
    public string NameOf(long number) =>
        number >= 0 && number < Names.Count
            ? Names[(int)number]
            : throw new DatasetException($"there is no class {number}; the {Names.Count} classes are numbered from 0: {Listed()}.");

    /// <summary>Whether both have the same names in the same order.</summary>
    /// <param name="other">Another class label.</param>
    public bool Equals(ClassLabel? other) => other is not null && Names.SequenceEqual(other.Names, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => Names.Aggregate(Names.Count, HashCode.Combine);

    private string Listed() =>
        Names.Count <= 20 ? string.Join(", ", Names.Select(name => $"'{name}'")) : string.Join(", ", Names.Take(20).Select(name => $"'{name}'")) + ", …";
}

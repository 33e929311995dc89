using System.Globalization;

namespace Akin.Training.FineTuning;

/// <summary>The labels of a task in the order of a model's scores.</summary>
internal sealed class LabelList
{
    private readonly Dictionary<string, int> _indices;

    private LabelList(string[] names)
    {
        Names = names;
        _indices = names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>What the labels of training examples make: numbers in their order, other names as code points sort.</summary>
    /// <param name="labels">Labels as they occur.</param>
    /// <param name="known">The labels of the model; kept when they are these, so that a trained head goes on as it is.</param>
    public static LabelList Of(IEnumerable<string> labels, IReadOnlyList<string> known)
    {
        string[] names = [.. labels.Distinct(StringComparer.Ordinal)];
        if (names.Length == known.Count && names.ToHashSet(StringComparer.Ordinal).SetEquals(known))
        {
            return new LabelList([.. known]);
        }

        bool areNumbers = names.All(name => long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        return new LabelList([.. areNumbers ? names.OrderBy(name => long.Parse(name, CultureInfo.InvariantCulture)) : names.Order(StringComparer.Ordinal)]);
    }

    /// <summary>The place of a label.</summary>
    /// <exception cref="Datasets.DataFormatException">It is not in the list.</exception>
    public int IndexOf(string label, ExampleRow row) => _indices.TryGetValue(label, out int index)
        ? index
        : throw row.Error($"the label '{label}' is not among those to learn: {string.Join(", ", Names.Take(20).Select(name => $"'{name}'"))}{(Names.Count > 20 ? ", …" : "")}.");
}

namespace Akin.Training.Metrics;

/// <summary>How often each class was predicted for each expected class. Immutable.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[] _labels;
    private readonly long[] _counts;

    private ConfusionMatrix(int[] labels, string[] names, long[] counts)
    {
        _labels = labels;
        _counts = counts;
        Names = names;
    }

    /// <summary>The class ids, ascending: row and column <c>i</c> belong to <c>Labels[i]</c>.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>The name of each class, in the order of <see cref="Labels"/>.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>How many classes there are.</summary>
    public int ClassCount => _labels.Length;

    /// <summary>How many examples were counted.</summary>
    public long Total => _counts.Sum();

    /// <summary>How many examples of class <c>Labels[expected]</c> were predicted as <c>Labels[predicted]</c>.</summary>
    public long this[int expected, int predicted] => _counts[(expected * ClassCount) + predicted];

    /// <summary>Counts pairs of classes.</summary>
    /// <param name="expected">The right class id of each example, <c>[examples]</c>.</param>
    /// <param name="predicted">The predicted class id of each example, <c>[examples]</c>.</param>
    /// <param name="names">
    /// The names of the classes 0 … n−1, all of which get a row even when no example has them;
    /// without names the classes are those that occur, named by their number.
    /// </param>
    /// <exception cref="ArgumentException">The lists differ in length or are empty, or an id has no name; the example is named.</exception>
    public static ConfusionMatrix Count(ReadOnlySpan<int> expected, ReadOnlySpan<int> predicted, IReadOnlyList<string>? names = null)
    {
        Pairs.Check(expected.Length, predicted.Length, "classes");
        int[] labels = names is null ? Occurring(expected, predicted) : [.. Enumerable.Range(0, names.Count)];
        long[] counts = new long[labels.Length * labels.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            counts[(Row(labels, expected[i], i, "expected") * labels.Length) + Row(labels, predicted[i], i, "predicted")]++;
        }

        return new ConfusionMatrix(labels, names is null ? [.. labels.Select(id => $"{id}")] : [.. names], counts);
    }

    /// <summary>How many examples are of the class in a row.</summary>
    public long ExpectedCount(int row) => _counts.AsSpan(row * ClassCount, ClassCount).ToArray().Sum();

    /// <summary>How many examples were predicted to be of the class in a column.</summary>
    public long PredictedCount(int column)
    {
        long sum = 0;
        for (int row = 0; row < ClassCount; row++)
        {
            sum += this[row, column];
        }

        return sum;
    }

    private static int[] Occurring(ReadOnlySpan<int> expected, ReadOnlySpan<int> predicted)
    {
        SortedSet<int> labels = [];
        foreach (int label in expected)
        {
            labels.Add(label);
        }

        foreach (int label in predicted)
        {
            labels.Add(label);
        }

        return [.. labels];
    }

    private static int Row(int[] labels, int label, int example, string side)
    {
        int row = Array.BinarySearch(labels, label);
        return row >= 0
            ? row
            : throw new ArgumentException($"Example {example}: the {side} class {label} has no name; there are names for the classes 0 … {labels.Length - 1}.");
    }
}

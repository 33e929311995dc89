using System.Globalization;

namespace Akin.Datasets.Processors;

/// <summary>Files whose labels nobody has listed in code: they stand in <c>labels.txt</c>, one a line, or are those of the training file.</summary>
/// <remarks>Labels of the training file are sorted: numbers by value, other labels as code points sort.</remarks>
public abstract class LabelledProcessor : DataProcessor
{
    private const string LabelsFile = "labels.txt";

    /// <summary>Keeps the name.</summary>
    /// <param name="name">The name of the task, in lower case.</param>
    protected LabelledProcessor(string name)
        : base(name)
    {
    }

    /// <inheritdoc/>
    /// <exception cref="FileNotFoundException">There is neither <c>labels.txt</c> nor a training file.</exception>
    /// <exception cref="DataFormatException">There is only one label, or one twice; or the file cannot be read.</exception>
    public override IReadOnlyList<string> GetLabels(string dataDir, string? encoding = null)
    {
        string file = Path.Combine(dataDir, LabelsFile);
        if (!File.Exists(file))
        {
            string[] found = [.. ReadFile(ExampleSet.Train, dataDir, encoding, CancellationToken.None).Select(item => item.Example.Label ?? throw item.Row.Error("there is no label.")).Distinct()];
            bool areNumbers = found.All(label => long.TryParse(label, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
            return AtLeastTwo(
                [.. areNumbers ? found.OrderBy(label => long.Parse(label, CultureInfo.InvariantCulture)) : found.Order(StringComparer.Ordinal)],
                Path.Combine(dataDir, FileOf(ExampleSet.Train)!));
        }

        List<string> labels = [];
        foreach (TextLine line in TextLines.Read(file))
        {
            string label = line.Text.Trim();
            if (labels.Contains(label))
            {
                throw new DataFormatException(file, line.Number, $"the label '{label}' stands there twice.");
            }

            if (label.Length > 0)
            {
                labels.Add(label);
            }
        }

        return AtLeastTwo(labels, file);
    }

    private static List<string> AtLeastTwo(List<string> labels, string file) => labels.Count >= 2
        ? labels
        : throw new DataFormatException(file, 0, $"it names {labels.Count} label(s){string.Concat(labels.Select(label => $", '{label}'"))}: there must be two or more to choose from.");
}

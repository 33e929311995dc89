namespace Akin.Datasets.Processors;

/// <summary>
/// <c>train.tsv</c>, <c>dev.tsv</c> and <c>test.tsv</c> with a label, a tab and a text a line; a first line <c>label</c>, tab, <c>text</c> is left out. Lines of <c>test.tsv</c> may
/// be texts alone. Quotes are letters.
/// </summary>
public sealed class TsvProcessor() : LabelledProcessor("tsv")
{
    /// <inheritdoc/>
    protected override InputExample? Read(ProcessorRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row is { Index: 0, Count: 2 } && IsNamed(row[0], "label") && IsNamed(row[1], "text"))
        {
            return null;
        }

        if (row is { Set: ExampleSet.Test, Count: 1 })
        {
            return IsNamed(row[0], "text") && row.Index == 0 ? null : row.Example(row[0]);
        }

        return row is { Count: 2 } && row[0].Length > 0 && row[1].Length > 0
            ? row.Example(row[1], label: row[0])
            : throw row.Error($"a line is a label, a tab and a text; this one has {row.Count} cell(s){(row.Count == 2 ? $", and an empty {(row[0].Length == 0 ? "label" : "text")}" : "")}.");
    }

    private static bool IsNamed(string cell, string name) => string.Equals(cell, name, StringComparison.OrdinalIgnoreCase);
}

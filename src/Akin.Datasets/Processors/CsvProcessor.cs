namespace Akin.Datasets.Processors;

/// <summary>
/// <c>train.csv</c>, <c>dev.csv</c> and <c>test.csv</c> with <c>label,text_a,text_b</c>, or <c>label,text_a</c> where texts are single. A first row with these names
/// is a header: columns may then stand in any order, and <c>test.csv</c> needs no label. Cells with commas or line ends are quoted.
/// </summary>
public sealed class CsvProcessor() : LabelledProcessor("csv")
{
    private static readonly string[] Columns = ["label", "text_a", "text_b"];

    /// <inheritdoc/>
    protected override string FileOf(ExampleSet set) => set switch
    {
        ExampleSet.Train => "train.csv",
        ExampleSet.Dev => "dev.csv",
        _ => "test.csv",
    };

    /// <inheritdoc/>
    protected override InputExample? Read(ProcessorRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        string[] first = [.. row.FirstCells.Select(cell => cell.Trim().ToLowerInvariant())];
        bool hasHeader = first.Contains(Columns[1]) && first.All(Columns.Contains) && first.Distinct().Count() == first.Length;
        if (hasHeader && row.Index == 0)
        {
            return null;
        }

        if (row.Count != first.Length || row.Count > Columns.Length)
        {
            throw row.Error($"the row has {row.Count} cell(s) and the first one {first.Length}; rows are label,text_a,text_b or label,text_a. Quote cells that hold a comma.");
        }

        string? Cell(int column) => (hasHeader ? Array.IndexOf(first, Columns[column]) : column < row.Count ? column : -1) is var place and >= 0 ? row[place] : null;
        string label = Cell(0) ?? "";
        return (label.Length > 0 || row.Set == ExampleSet.Test) && Cell(1) is { Length: > 0 } text
            ? row.Example(text, Cell(2) is { Length: > 0 } pair ? pair : null, label)
            : throw row.Error($"there is no {(label.Length == 0 && row.Set != ExampleSet.Test ? "label" : "text_a")}.");
    }
}

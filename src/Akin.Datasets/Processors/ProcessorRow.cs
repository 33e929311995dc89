namespace Akin.Datasets.Processors;

/// <summary>One row of a task's file, with errors that name file and line.</summary>
public sealed class ProcessorRow
{
    private readonly string[] _cells;

    internal ProcessorRow(ExampleSet set, string file, int line, int index, string[] cells, string[] firstCells)
    {
        (Set, File, Line, Index, _cells, FirstCells) = (set, file, line, index, cells, firstCells);
    }

    /// <summary>Which of the task's files it stands in.</summary>
    public ExampleSet Set { get; }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The line on which it begins, from 1.</summary>
    public int Line { get; }

    /// <summary>Which row of the file it is, from 0; a header counts.</summary>
    public int Index { get; }

    /// <summary>How many cells it has.</summary>
    public int Count => _cells.Length;

    /// <summary>The cells of the file's first row, which may be a header.</summary>
    internal IReadOnlyList<string> FirstCells { get; }

    /// <summary>A cell: <c>row[0]</c> is the first, <c>row[^1]</c> the last.</summary>
    /// <param name="cell">Its place.</param>
    /// <exception cref="DataFormatException">The row has too few cells.</exception>
    public string this[Index cell]
    {
        get
        {
            int place = cell.GetOffset(Count);
            return place >= 0 && place < Count
                ? _cells[place]
                : throw Error($"the row has {Count} cell(s), and cell {(cell.IsFromEnd ? $"{cell.Value} from the end" : cell.Value + 1)} is needed.");
        }
    }

    /// <summary>Makes an example of the row.</summary>
    /// <param name="textA">The text, or the first of a pair.</param>
    /// <param name="textB">The second text of a pair. Default: none.</param>
    /// <param name="label">Its label; not looked at in a test set. Default: none.</param>
    public InputExample Example(string textA, string? textB = null, string? label = null) =>
        new($"{Set.ToString().ToLowerInvariant()}-{Index}", textA, textB, Set == ExampleSet.Test ? null : label);

    /// <summary>An error about this row.</summary>
    /// <param name="problem">What is wrong, and what to do.</param>
    public DataFormatException Error(string problem) => new(File, Line, problem);
}

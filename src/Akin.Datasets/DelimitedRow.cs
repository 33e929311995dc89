namespace Akin.Datasets;

/// <summary>One row of a .csv or .tsv file.</summary>
public sealed class DelimitedRow
{
    private readonly string _file;

    internal DelimitedRow(string file, int line, IReadOnlyList<string> header, string[] cells)
    {
        _file = file;
        Line = line;
        Header = header;
        Cells = cells;
    }

    /// <summary>Line of the file on which the row begins, from 1.</summary>
    public int Line { get; }

    /// <summary>The column names of the file.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>The cells, one per column.</summary>
    public IReadOnlyList<string> Cells { get; }

    /// <summary>The cell of a column.</summary>
    /// <param name="column">Name of a column, exactly as in the header.</param>
    /// <exception cref="DataFormatException">There is no such column.</exception>
    public string this[string column] =>
        TryGet(column, out string? cell)
            ? cell
            : throw new DataFormatException(_file, 1, $"there is no column '{column}'; the header names {string.Join(", ", Header.Select(name => $"'{name}'"))}.");

    /// <summary>The cell of a column, if the file has that column.</summary>
    /// <param name="column">Name of a column, exactly as in the header.</param>
    /// <param name="cell">Its cell.</param>
    public bool TryGet(string column, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? cell)
    {
        for (int index = 0; index < Header.Count; index++)
        {
            if (Header[index] == column)
            {
                cell = Cells[index];
                return true;
            }
        }

        cell = null;
        return false;
    }
}

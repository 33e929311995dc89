using System.Globalization;
using Akin.Datasets;

namespace Akin.Training.FineTuning;

/// <summary>One row of a file of examples: texts by column, with errors that name file and line.</summary>
public sealed class ExampleRow
{
    private readonly string _path;
    private readonly int _line;
    private readonly string[] _columns;
    private readonly string[][] _cells;

    /// <param name="path">The file.</param>
    /// <param name="line">Where the row begins, from 1.</param>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="cells">What stands in each column: usually one text; none for null, several for a list.</param>
    internal ExampleRow(string path, int line, string[] columns, string[][] cells) => (_path, _line, _columns, _cells) = (path, line, columns, cells);

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns => _columns;

    /// <summary>The text of a column.</summary>
    /// <param name="column">The name of the column.</param>
    /// <exception cref="DataFormatException">There is no such column, or it holds no text or several.</exception>
    public string Text(string column) =>
        Cells(column) is [string text] ? text : throw Error($"column '{column}' holds {(Cells(column).Length == 0 ? "no text" : "several texts")}; it needs one.");

    /// <summary>The number of a column.</summary>
    /// <param name="column">The name of the column.</param>
    /// <exception cref="DataFormatException">It holds no number.</exception>
    public float Number(string column) => Parse(column, Text(column));

    /// <summary>The numbers of a column: one, or those of a list.</summary>
    /// <param name="column">The name of the column.</param>
    /// <exception cref="DataFormatException">There is no such column, or it holds something that is no number.</exception>
    public IReadOnlyList<float> Numbers(string column) => [.. Cells(column).Select(text => Parse(column, text))];

    /// <summary>The texts of a column: those of a list, or those between separators.</summary>
    /// <param name="column">The name of the column.</param>
    /// <param name="separator">What stands between texts of one cell.</param>
    /// <exception cref="DataFormatException">There is no such column.</exception>
    public IReadOnlyList<string> Texts(string column, char separator) => Cells(column) switch
    {
        [string text] => text.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        string[] several => several,
    };

    /// <summary>The texts of a column: one, or those of a list.</summary>
    /// <param name="column">The name of the column.</param>
    /// <exception cref="DataFormatException">There is no such column, or it holds no text.</exception>
    public IReadOnlyList<string> Texts(string column) => Cells(column) is { Length: > 0 } texts ? texts : throw Error($"column '{column}' holds no text.");

    /// <summary>An error about this row.</summary>
    /// <param name="problem">What is wrong, and what to do.</param>
    public DataFormatException Error(string problem) => new(InputFile.DisplayName(_path), _line, problem);

    private float Parse(string column, string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number)
            ? number
            : throw Error($"column '{column}' holds '{text}', which is not a number.");

    private string[] Cells(string column)
    {
        int index = Array.IndexOf(_columns, column);
        return index >= 0 ? _cells[index] : throw Error($"there is no column '{column}'; there are {string.Join(", ", _columns.Select(name => $"'{name}'"))}.");
    }
}

namespace Akin.Datasets;

/// <summary>How a .csv or .tsv file is cut into cells and what cells mean.</summary>
public sealed record DelimitedOptions
{
    /// <summary>What separates cells, an ASCII character; null for a tab in .tsv files and a comma in others.</summary>
    public char? Delimiter { get; init; }

    /// <summary>What quotes mean; by default literal in .tsv.</summary>
    public DelimitedQuoting Quoting { get; init; }

    /// <summary>The character that quotes a cell; default <c>"</c>.</summary>
    public char Quote { get; init; } = '"';

    /// <summary>The character that takes the next one as a letter, or null. With it a doubled quote is not one quote.</summary>
    public char? Escape { get; init; }

    /// <summary>The character from which on a line is a comment, or null.</summary>
    public char? Comment { get; init; }

    /// <summary>Whether spaces after a delimiter are dropped.</summary>
    public bool SkipInitialSpace { get; init; }

    /// <summary>Lines to leave out before the header; default 0.</summary>
    public int SkipLines { get; init; }

    /// <summary>Whether the first row names the columns; default true.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>The column names of a file without a header; null for 0, 1, 2 …</summary>
    public IReadOnlyList<string>? ColumnNames { get; init; }

    /// <summary>The decimal point; default <c>.</c>.</summary>
    public char DecimalPoint { get; init; } = '.';

    /// <summary>What separates thousands in numbers, or null.</summary>
    public char? ThousandsSeparator { get; init; }

    /// <summary>
    /// Whether the words that stand for a missing value in pandas (<c>NA</c>, <c>null</c>, <c>None</c>, <c>NaN</c> …) and empty cells are null; default true.
    /// When false, a cell is what it says, and only an empty cell of a column of numbers is null.
    /// </summary>
    public bool MissingWords { get; init; } = true;
}

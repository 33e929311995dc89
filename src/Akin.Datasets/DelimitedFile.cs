namespace Akin.Datasets;

/// <summary>
/// Reads .csv and .tsv files with a header: UTF-8 (or UTF-16 with a byte-order mark), any line ends, gzip unpacked, <c>-</c> for standard input. Blank lines are skipped.
/// A row with more or fewer cells than the header is refused, because guessing would shift columns silently.
/// </summary>
public static class DelimitedFile
{
    /// <summary>The rows of a file in order, read as they are asked for.</summary>
    /// <param name="path">A .csv or .tsv file, either with .gz, or <c>-</c>.</param>
    /// <param name="delimiter">What separates cells; by default a tab in .tsv files, else a comma.</param>
    /// <param name="quoting">What quotes mean.</param>
    /// <param name="encoding">What the text is written in, where no byte-order mark tells; <see langword="null"/>: UTF-8.</param>
    /// <param name="ragged">Told of rows with more or fewer cells than the header, which are passed over then; where it is <see langword="null"/> they are refused.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">
    /// The file has no header or no row, a row is ragged, a quoted field is not closed or goes on after its closing quote,
    /// a column name occurs twice, or the text is not UTF-8.
    /// </exception>
    public static IEnumerable<DelimitedRow> Read(
        string path,
        char? delimiter = null,
        DelimitedQuoting quoting = DelimitedQuoting.ByExtension,
        string? encoding = null,
        Action<DataFormatException>? ragged = null)
    {
        string name = InputFile.DisplayName(path);
        using DelimitedParser parser = new(new TextInput(path, encoding), path, new DelimitedOptions { Delimiter = delimiter, Quoting = quoting });

        string[] header = parser.Next() ?? throw InputFile.Empty(path);
        if (header.GroupBy(column => column).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new DataFormatException(name, parser.RowLine, $"the header names column '{twice.Key}' twice; give each column its own name.");
        }

        bool any = false;
        while (parser.Next() is { } cells)
        {
            any = true;
            if (cells.Length != header.Length)
            {
                DataFormatException error = new(name, parser.RowLine, $"the row has {cells.Length} cells, the header {header.Length}; quote cells that hold the delimiter.");
                (ragged ?? throw error)(error);
                continue;
            }

            yield return new DelimitedRow(name, parser.RowLine, header, cells);
        }

        if (!any)
        {
            throw new DataFormatException(name, 0, $"there is no row below the header ({string.Join(", ", header)}).");
        }
    }
}

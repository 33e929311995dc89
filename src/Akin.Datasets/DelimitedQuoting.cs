namespace Akin.Datasets;

/// <summary>What a double quote means in a delimited file.</summary>
public enum DelimitedQuoting
{
    /// <summary>By the file's name: <see cref="Quoted"/> for .csv, <see cref="Literal"/> for .tsv.</summary>
    ByExtension,

    /// <summary>A field that begins with <c>"</c> ends at the next lone <c>"</c>; it may hold delimiters, line ends and doubled quotes (RFC 4180).</summary>
    Quoted,

    /// <summary>A quote is a letter like any other and a line is a row, as in the published GLUE and STS files.</summary>
    Literal,
}

namespace Akin.Datasets;

/// <summary>A data file that cannot be read as what it claims to be; the message names the file, the line and what to do.</summary>
public sealed class DataFormatException : Exception
{
    /// <summary>Creates the error; the message becomes <c>file, line n: problem</c>.</summary>
    /// <param name="file">Path of the file, or the name shown for standard input.</param>
    /// <param name="line">Line where the trouble begins, counted from 1; 0 when it concerns the whole file.</param>
    /// <param name="problem">What was found, what is supported and how to mend it.</param>
    /// <param name="innerException">The error of the parser below, if any.</param>
    public DataFormatException(string file, int line, string problem, Exception? innerException = null)
        : base(line > 0 ? $"{file}, line {line}: {problem}" : $"{file}: {problem}", innerException)
    {
        File = file;
        Line = line;
    }

    /// <summary>Path of the file, or the name shown for standard input.</summary>
    public string File { get; }

    /// <summary>Line where the trouble begins, counted from 1; 0 when it concerns the whole file.</summary>
    public int Line { get; }
}

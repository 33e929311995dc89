namespace Akin.Search;

/// <summary>A backup or an export of an index is not what it should be; the message names file, line, finding and remedy.</summary>
public sealed class IndexFileException : Exception
{
    /// <param name="path">The file.</param>
    /// <param name="line">The line, from 1, or 0 when the whole file is meant.</param>
    /// <param name="finding">What was found and what is expected.</param>
    /// <param name="cause">The error below, if there is one.</param>
    public IndexFileException(string path, long line, string finding, Exception? cause = null)
        : base(line > 0 ? $"{path}, line {line}: {finding}." : $"{path}: {finding}.", cause)
    {
        Path = path;
        Line = line;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The line, from 1, or 0 when the whole file is meant.</summary>
    public long Line { get; }
}

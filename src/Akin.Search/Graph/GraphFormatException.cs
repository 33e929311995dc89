namespace Akin.Search.Graph;

/// <summary>A graph file of another program cannot be read; the message names the file, the byte and the finding.</summary>
/// <param name="path">The file.</param>
/// <param name="offset">The byte where the trouble begins.</param>
/// <param name="finding">What is there and what is supported.</param>
public sealed class GraphFormatException(string path, long offset, string finding) : Exception($"{path}, byte {offset}: {finding}.")
{
    /// <summary>The byte where the trouble begins.</summary>
    public long Offset { get; } = offset;
}

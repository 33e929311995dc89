namespace Akin.Datasets;

/// <summary>Reads text files a line at a time: UTF-8, LF or CRLF, byte-order mark dropped, gzip unpacked, <c>-</c> for standard input.</summary>
public static class TextLines
{
    /// <summary>The lines of a file, blank ones included, read as they are asked for.</summary>
    /// <param name="path">A text file, or <c>-</c>.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The file is empty, is not UTF-8, or its gzip data is damaged.</exception>
    public static IEnumerable<TextLine> Read(string path)
    {
        using LineReader reader = new(path);
        while (reader.TryRead(out ReadOnlySpan<byte> line))
        {
            yield return new TextLine(reader.LineNumber, reader.Decode(line));
        }

        if (reader.LineNumber == 0)
        {
            throw InputFile.Empty(path);
        }
    }
}

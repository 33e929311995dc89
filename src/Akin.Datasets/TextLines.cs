namespace Akin.Datasets;

/// <summary>Reads text files a line at a time: LF or CRLF, byte-order mark dropped, gzip unpacked, <c>-</c> for standard input.</summary>
public static class TextLines
{
    /// <summary>The lines of a file, blank ones included, read as they are asked for.</summary>
    /// <param name="path">A text file, or <c>-</c>.</param>
    /// <param name="encoding">What the text is written in, where no byte-order mark tells; <see langword="null"/>: UTF-8.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The file is empty, is not in its encoding, or its gzip data is damaged.</exception>
    public static IEnumerable<TextLine> Read(string path, string? encoding = null)
    {
        using LineReader reader = new(new TextInput(path, encoding));
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

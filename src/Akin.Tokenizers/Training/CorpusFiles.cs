using System.Text;

namespace Akin.Tokenizers.Training;

/// <summary>Reads text files for training.</summary>
public static class CorpusFiles
{
    /// <summary>The lines of files, each with its line end, as the reference feeds files to its trainers. UTF-8; what is no UTF-8 becomes U+FFFD.</summary>
    /// <param name="files">The files, read one after the other while the lines are taken.</param>
    /// <exception cref="TokenizerFileException">A file cannot be read.</exception>
    public static IEnumerable<string> ReadLines(IEnumerable<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        foreach (string file in files)
        {
            using StreamReader reader = Open(file);
            StringBuilder begun = new(); // a line that the buffer did not hold to its end
            char[] buffer = new char[1 << 16];
            for (int length; (length = reader.Read(buffer, 0, buffer.Length)) > 0;)
            {
                int start = 0;
                for (int end; (end = Array.IndexOf(buffer, '\n', start, length - start)) >= 0; start = end + 1)
                {
                    begun.Append(buffer, start, end + 1 - start);
                    yield return begun.ToString();
                    begun.Clear();
                }
                begun.Append(buffer, start, length - start);
            }
            if (begun.Length > 0)
                yield return begun.ToString();
        }
    }

    private static StreamReader Open(string file)
    {
        try
        {
            return new StreamReader(file, System.Text.Encoding.UTF8);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerFileException(file, string.Empty, problem.Message, problem);
        }
    }
}

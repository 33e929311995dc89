using System.IO.Compression;
using System.Text;

namespace Akin.Search.Evaluation;

/// <summary>The lines of a UTF-8 file with their numbers; a file named .gz is unpacked.</summary>
internal static class TextLines
{
    public static IEnumerable<(int Number, string Text)> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new EvaluationFileException(path, 0, "there is no such file");
        }

        using Stream file = File.OpenRead(path);
        using Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using StreamReader reader = new(content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        for (int number = 1; ; number++)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (Exception error) when (error is InvalidDataException or DecoderFallbackException)
            {
                throw new EvaluationFileException(path, number, error is InvalidDataException ? "the gzip data is damaged" : "it is not UTF-8", error);
            }

            if (line is null)
            {
                yield break;
            }

            yield return (number, line);
        }
    }

    public static StreamWriter Create(string path)
    {
        Stream file = File.Create(path);
        Stream content = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionLevel.Optimal) : file;
        return new StreamWriter(content) { NewLine = "\n" };
    }
}

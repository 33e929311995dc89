using System.Text;
using Akin.Tokenizers.Models;

namespace Akin.Tokenizers;

/// <summary>Reads and writes <c>vocab.txt</c>: UTF-8, one token a line, whose id is the number of the line counted from 0.</summary>
internal static class VocabularyFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Vocabulary Read(string file)
    {
        List<string> lines = ReadLines(file);
        if (lines.Count is 0 or > Vocabulary.MaximumId)
            throw new TokenizerFileException(file, string.Empty, $"1 to {Vocabulary.MaximumId} lines were expected, one token each; found {lines.Count}");
        return Vocabulary.FromLines(lines, file);
    }

    /// <summary>The lines of a text file in UTF-8.</summary>
    public static List<string> ReadLines(string file) => SplitLines(TokenizerFile.ReadBytes(file), file);

    /// <summary>The lines of a text in UTF-8.</summary>
    public static List<string> SplitLines(byte[] bytes, string file)
    {
        string text;
        try
        {
            text = Strict.GetString(bytes);
        }
        catch (DecoderFallbackException problem)
        {
            throw new TokenizerFileException(file, string.Empty, $"not UTF-8 text: {problem.Message}", problem);
        }
        List<string> lines = [];
        for (int start = 0; start < text.Length;)
        {
            int length = text.AsSpan(start).IndexOfAny('\r', '\n'); // no other line ends: U+0085 or U+2028 may be tokens
            int end = length < 0 ? text.Length : start + length;
            lines.Add(text[start..end]);
            start = end + 1;
            if (start < text.Length && text[end] == '\r' && text[start] == '\n')
                start++;
        }
        return lines;
    }

    public static void Write(string file, Vocabulary vocabulary)
    {
        using StreamWriter writer = new(file, append: false, Strict) { NewLine = "\n" };
        for (int id = 0; id < vocabulary.IdLimit; id++)
            writer.WriteLine(vocabulary.TryGetToken(id, out string? token) ? token : $"[unused id {id}]");
    }
}

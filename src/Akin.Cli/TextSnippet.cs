namespace Akin.Cli;

/// <summary>The beginning of a text, for people.</summary>
internal static class TextSnippet
{
    /// <summary>A text on one line, cut after about so many characters.</summary>
    public static string Of(string text, int length = 100)
    {
        string line = string.Join(' ', text[..Math.Min(text.Length, 4 * length)].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= length)
        {
            return line;
        }

        int end = line.LastIndexOf(' ', length, length / 4);
        end = end > 0 ? end : length - (char.IsHighSurrogate(line[length - 1]) ? 1 : 0);
        return line[..end] + " …";
    }
}

namespace Akin.Training.Metrics;

/// <summary>The text rules of Python that published metrics lean on.</summary>
internal static class PythonText
{
    /// <summary>The characters of <c>string.punctuation</c>: the ASCII ones only, so en dashes and typographic quotes are not among them.</summary>
    public const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /// <summary>Splits as <c>str.split()</c> does: at runs of white space, where Python counts the separators 0x1C–0x1F too.</summary>
    public static string[] Split(string text)
    {
        List<string> words = [];
        int first = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            bool inside = i < text.Length && !IsSpace(text[i]);
            if (inside && first < 0)
            {
                first = i;
            }
            else if (!inside && first >= 0)
            {
                words.Add(text[first..i]);
                first = -1;
            }
        }

        return [.. words];
    }

    /// <summary>Whether Python's <c>str.isspace</c> holds.</summary>
    public static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';
}

using System.Globalization;

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

    /// <summary>A number as <c>str(numpy.float32(…))</c> writes it: the fewest digits that read back as the same number, a point, <c>e-05</c> below 1e-4.</summary>
    public static string Number(float number)
    {
        if (!float.IsFinite(number))
        {
            return float.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        string text = number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return text.AsSpan().ContainsAny('.', 'e') ? text : text + ".0";
    }

    /// <summary>Whether Python's <c>str.isspace</c> holds.</summary>
    public static bool IsSpace(char character) => char.IsWhiteSpace(character) || character is >= '\x1c' and <= '\x1f';
}

using System.Globalization;
using System.Text;

namespace Akin.Cli;

/// <summary>Measures text in the cells of a terminal: a Chinese or Korean character fills two, a combining mark none (UAX #11).</summary>
internal static class TerminalText
{
    private const string Ellipsis = "…";

    /// <summary>First and last code points of the blocks that East_Asian_Width calls wide or fullwidth, ascending.</summary>
    private static readonly (int First, int Last)[] Wide =
    [
        (0x1100, 0x115F), (0x2329, 0x232A), (0x2E80, 0x303E), (0x3041, 0x4DBF), (0x4E00, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
        (0xFE10, 0xFE19), (0xFE30, 0xFE6F), (0xFF01, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The cells that a text fills.</summary>
    public static int Width(string text) => text.EnumerateRunes().Sum(Width);

    /// <summary>A text with blanks behind it, up to so many cells.</summary>
    public static string Pad(string text, int width) => text + new string(' ', Math.Max(0, width - Width(text)));

    /// <summary>A text that fills at most so many cells; one that is cut ends with an ellipsis.</summary>
    public static string Cut(string text, int width)
    {
        if (Width(text) <= width)
        {
            return text;
        }

        StringBuilder start = new();
        int room = width - Width(Ellipsis);
        foreach (Rune rune in text.EnumerateRunes())
        {
            room -= Width(rune);
            if (room < 0)
            {
                break;
            }

            start.Append(rune);
        }

        return start.ToString().TrimEnd() + Ellipsis;
    }

    private static int Width(Rune rune)
    {
        int code = rune.Value;
        if (code is >= 0x1160 and <= 0x11FF) // vowels and finals of a Hangul syllable share the cells of its first letter
        {
            return 0;
        }

        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.Control => 0,
            _ => Array.Exists(Wide, block => code >= block.First && code <= block.Last) ? 2 : 1,
        };
    }
}

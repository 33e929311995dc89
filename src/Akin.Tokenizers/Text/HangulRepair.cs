namespace Akin.Tokenizers.Text;

/// <summary>
/// Puts Hangul together that was taken apart into jamo, as files from macOS have it: what NFC does to Hangul (Unicode Standard, section 3.12), and
/// to nothing else, so that no other character of a text changes.
/// </summary>
public static class HangulRepair
{
    private const int SyllableFirst = 0xAC00;
    private const int LeadFirst = 0x1100;
    private const int VowelFirst = 0x1161;
    private const int TailFirst = 0x11A8;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TailCount = 27;

    /// <summary>The text with every run of conjoining jamo that makes a syllable replaced by it. Jamo that make none stay as they are.</summary>
    /// <param name="text">The text; it is returned itself when there is nothing to do.</param>
    public static string Compose(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int first = text.AsSpan().IndexOfAnyInRange('\u1100', '\u11FF');
        if (first < 0)
            return text;
        char[] composed = new char[text.Length];
        int length = Math.Max(first - 1, 0); // a tail may belong to the syllable before it
        text.CopyTo(0, composed, 0, length);
        for (int i = length; i < text.Length;)
        {
            int syllable = SyllableAt(text, i, out int consumed);
            composed[length++] = (char)syllable;
            i += consumed;
        }
        return length == text.Length ? text : new string(composed, 0, length);
    }

    /// <summary>The syllable that starts at a place, or the unit there when none does.</summary>
    private static int SyllableAt(string text, int at, out int consumed)
    {
        int unit = text[at], open = -1; // open: a syllable without a tail
        consumed = 1;
        int lead = unit - LeadFirst, vowel = at + 1 < text.Length ? text[at + 1] - VowelFirst : -1;
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
        {
            open = SyllableFirst + (((lead * VowelCount) + vowel) * (TailCount + 1));
            consumed = 2;
        }
        else if (unit is >= SyllableFirst and < SyllableFirst + (LeadCount * VowelCount * (TailCount + 1)) && (unit - SyllableFirst) % (TailCount + 1) == 0)
        {
            open = unit;
        }
        if (open < 0)
            return unit;
        int tail = at + consumed < text.Length ? text[at + consumed] - TailFirst : -1;
        if (tail is < 0 or >= TailCount)
            return open;
        consumed++;
        return open + tail + 1;
    }
}

namespace Akin.Tokenizers.Unicode;

/// <summary>Steps through UTF-16 text by code point, and repairs text that is not well-formed.</summary>
internal static class Utf16
{
    /// <summary>The code point at a place in well-formed text, and its length in UTF-16 units.</summary>
    public static int CodePointAt(ReadOnlySpan<char> text, int index, out int length)
    {
        char unit = text[index];
        if (char.IsHighSurrogate(unit) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
        {
            length = 2;
            return char.ConvertToUtf32(unit, text[index + 1]);
        }
        length = 1;
        return char.IsSurrogate(unit) ? UnicodeTables.Replacement : unit;
    }

    /// <summary>The code point that ends at a place in well-formed text.</summary>
    public static int CodePointBefore(ReadOnlySpan<char> text, int end)
    {
        char unit = text[end - 1];
        return char.IsLowSurrogate(unit) && end > 1 && char.IsHighSurrogate(text[end - 2]) ? char.ConvertToUtf32(text[end - 2], unit) : unit;
    }

    /// <summary>Writes a code point as one or two UTF-16 units and returns their number.</summary>
    public static int Write(int codePoint, Span<char> destination)
    {
        if (codePoint < 0x10000)
        {
            destination[0] = (char)codePoint;
            return 1;
        }
        destination[0] = (char)(0xD800 + ((codePoint - 0x10000) >> 10));
        destination[1] = (char)(0xDC00 + ((codePoint - 0x10000) & 0x3FF));
        return 2;
    }

    /// <summary>Length of a code point in UTF-16 units.</summary>
    public static int Length(int codePoint) => codePoint < 0x10000 ? 1 : 2;

    /// <summary>The number of code points in well-formed text.</summary>
    public static int CountCodePoints(ReadOnlySpan<char> text)
    {
        int count = text.Length;
        foreach (char unit in text)
        {
            if (char.IsLowSurrogate(unit))
                count--;
        }
        return count;
    }

    /// <summary>The place of the first unpaired surrogate, or -1.</summary>
    public static int IndexOfUnpairedSurrogate(ReadOnlySpan<char> text)
    {
        int start = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        if (start < 0)
            return -1;
        for (int i = start; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (char.IsLowSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return i;
            i++;
        }
        return -1;
    }

    /// <summary>The text with every unpaired surrogate replaced by U+FFFD: same length, so that offsets stay valid.</summary>
    public static string WellFormed(string text)
    {
        int start = IndexOfUnpairedSurrogate(text);
        if (start < 0)
            return text;
        return string.Create(text.Length, (text, start), static (span, state) =>
        {
            state.text.CopyTo(span);
            Repair(span, state.start);
        });
    }

    /// <summary>Replaces every unpaired surrogate from a place on by U+FFFD.</summary>
    public static void Repair(Span<char> text, int start)
    {
        for (int i = start; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else
                text[i] = UnicodeTables.Replacement;
        }
    }
}

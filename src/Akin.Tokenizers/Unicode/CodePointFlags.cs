namespace Akin.Tokenizers.Unicode;

/// <summary>Looks for code points of a kind in a text.</summary>
internal static class CodePointFlags
{
    /// <summary>Where the first code point with one of some flags starts, or -1.</summary>
    public static int IndexOf(ReadOnlySpan<char> text, CharacterFlags flags)
    {
        for (int i = 0; i < text.Length;)
        {
            if (UnicodeTables.Is(Utf16.CodePointAt(text, i, out int size), flags))
                return i;
            i += size;
        }
        return -1;
    }

    /// <summary>Whether any code point has one of some flags that no ASCII character has.</summary>
    public static bool Any(ReadOnlySpan<char> text, CharacterFlags flags)
    {
        int first = text.IndexOfAnyExceptInRange('\0', '\x7F');
        return first >= 0 && IndexOf(text[first..], flags) >= 0;
    }
}

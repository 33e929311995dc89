using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Text;

/// <summary>Repairs text that is not well-formed UTF-16, as every tokenizer does before it looks at a text.</summary>
public static class Utf16Repair
{
    /// <summary>Whether every surrogate of a text is half of a pair.</summary>
    /// <param name="text">The text.</param>
    public static bool IsWellFormed(ReadOnlySpan<char> text) => Utf16.IndexOfUnpairedSurrogate(text) < 0;

    /// <summary>The text with every unpaired surrogate replaced by U+FFFD. The length stays the same, so that offsets stay valid.</summary>
    /// <param name="text">The text; it is returned itself when there is nothing to do.</param>
    public static string Repair(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Utf16.WellFormed(text);
    }
}

using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Text;

/// <summary>The script that a character is written in (Unicode 17, property <c>Script</c>).</summary>
public static class UnicodeScript
{
    /// <summary>The names of all scripts, as in Unicode: <c>Latin</c>, <c>Hangul</c>, <c>Han</c>, <c>Old_Italic</c> … The first is <c>Unknown</c>.</summary>
    public static IReadOnlyList<string> Names => UnicodeTables.ScriptNames;

    /// <summary>The name of the script of a code point: <c>Common</c> for what several scripts share, <c>Inherited</c> for marks, <c>Unknown</c> for what is no character.</summary>
    /// <param name="codePoint">The code point, from 0 to 0x10FFFF.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such code point.</exception>
    public static string NameOf(int codePoint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(codePoint);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(codePoint, 0x10FFFF);
        return UnicodeTables.ScriptNames[UnicodeTables.Script(codePoint)];
    }

    /// <summary>The script that most characters of a text are written in, leaving <c>Common</c>, <c>Inherited</c> and <c>Unknown</c> out of the count; of several the one met first.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The name, or null when no character has a script of its own.</returns>
    public static string? MostUsed(ReadOnlySpan<char> text)
    {
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        int best = -1;
        for (int i = 0; i < text.Length;)
        {
            int script = UnicodeTables.Script(Utf16.CodePointAt(text, i, out int size));
            i += size;
            if (script == UnknownIndex || script == CommonIndex || script == InheritedIndex)
                continue;
            counts[script]++;
            if (best < 0 || counts[script] > counts[best])
                best = script;
        }
        return best < 0 ? null : UnicodeTables.ScriptNames[best];
    }

    private const int UnknownIndex = 0;
    private static readonly int CommonIndex = IndexOf("Common");
    private static readonly int InheritedIndex = IndexOf("Inherited");

    private static int IndexOf(string name)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
                return i;
        }
        throw new InvalidOperationException($"the character tables know no script {name}");
    }
}

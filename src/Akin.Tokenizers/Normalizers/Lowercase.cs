using System.Buffers;
using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Normalizers;

/// <summary>Lower case by code point, without context: Σ is always σ, İ becomes i and U+0307.</summary>
public sealed class Lowercase : Normalizer
{
    /// <summary>The units that stay as they are for sure: ASCII but its capitals.</summary>
    private static readonly SearchValues<char> Kept = SearchValues.Create([.. Enumerable.Range(0, 0x80).Select(static unit => (char)unit).Where(static unit => !char.IsAsciiLetterUpper(unit))]);

    /// <inheritdoc/>
    public override string Type => "Lowercase";

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> rest = text.Text;
        int kept = CountKept(rest);
        if (kept == rest.Length)
            return;
        TextRewriter rewriter = new(text);
        Span<int> lower = stackalloc int[UnicodeTables.LongestRun];
        for (; ; kept = CountKept(rest))
        {
            rewriter.Keep(kept);
            rest = rest[kept..];
            if (rest.Length == 0)
                break;
            int count = UnicodeTables.ToLower(Utf16.CodePointAt(rest, 0, out int size), lower);
            rewriter.Replace(size, lower[0]);
            for (int i = 1; i < count; i++)
                rewriter.Insert(lower[i]);
            rest = rest[size..];
        }
        rewriter.Finish();
    }

    /// <summary>The number of units before the first code point with another lower case.</summary>
    private static int CountKept(ReadOnlySpan<char> text)
    {
        int at = text.IndexOfAnyExcept(Kept);
        if (at < 0)
            return text.Length;
        while (at < text.Length && !UnicodeTables.Is(Utf16.CodePointAt(text, at, out int size), CharacterFlags.HasLowerCase))
            at += size;
        return at;
    }
}

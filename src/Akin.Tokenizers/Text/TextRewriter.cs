using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Text;

/// <summary>
/// Writes a text anew, from left to right: what is kept, dropped, replaced and inserted, and so where every unit of the new text came from. Allocates
/// nothing once warm.
/// </summary>
public ref struct TextRewriter
{
    private readonly NormalizedText source;
    private readonly NormalizedText target;
    private readonly int start;
    private readonly int end;
    private int read;

    /// <summary>Rewrites a whole text; <see cref="Finish"/> puts the new one in its place.</summary>
    /// <param name="text">The text.</param>
    public TextRewriter(NormalizedText text)
        : this(text, 0, text.Length, text.StartRewriting())
    {
    }

    /// <summary>Rewrites a part of a text onto the end of another.</summary>
    internal TextRewriter(NormalizedText source, int start, int end, NormalizedText target) =>
        (this.source, this.start, read, this.end, this.target) = (source, start, start, end, target);

    /// <summary>What is still to be read.</summary>
    public readonly ReadOnlySpan<char> Rest => source.Text[read..end];

    /// <summary>Whether the new text has something already.</summary>
    public readonly bool HasWritten => target.Length > 0;

    /// <summary>Copies units as they are.</summary>
    public void Keep(int count)
    {
        target.Append(source, read, count);
        read += count;
    }

    /// <summary>Leaves units out.</summary>
    public void Drop(int count) => read += count;

    /// <summary>Puts a code point in the place of units (at least one); its origin is that of the first of them.</summary>
    public void Replace(int count, int codePoint)
    {
        Write(codePoint, source.OriginOfUnit(read));
        read += count;
    }

    /// <summary>Inserts a code point; its origin is that of the last one read.</summary>
    public readonly void Insert(int codePoint) => Write(codePoint, OriginBefore);

    /// <summary>Writes a code point that came from a span of the original text.</summary>
    public readonly void Write(int codePoint, TextSpan origin)
    {
        if (codePoint < 0x10000)
        {
            target.Append((char)codePoint, origin);
            return;
        }
        Span<char> units = stackalloc char[2];
        Utf16.Write(codePoint, units);
        target.Append(units[0], origin);
        target.Append(units[1], origin);
    }

    /// <summary>Where in the original text that starts which is read.</summary>
    public readonly int OriginalStart => source.OriginalSpan(start, end).Start;

    /// <summary>The origin of the next unit to be read.</summary>
    public readonly TextSpan OriginOfNext => source.OriginOfUnit(read);

    /// <summary>The origin of the last unit read; where none was, the place where the text starts.</summary>
    public readonly TextSpan OriginBefore => read > start ? source.OriginOfUnit(read - 1) : new TextSpan(source.OriginalStart, source.OriginalStart);

    /// <summary>Puts the new text in the place of the one that was read.</summary>
    public readonly void Finish() => source.TakeOver();
}

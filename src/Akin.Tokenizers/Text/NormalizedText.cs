using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Text;

/// <summary>
/// A text on its way through normalization: every UTF-16 unit of it knows the span of the original text that it came from.
/// Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// The alignment rules are those of <c>NormalizedString</c> in Hugging Face tokenizers 0.23. A text that nothing has changed yet stores no origins, and
/// one whose origins nobody asks for never does. The memory of a text is used again for the next one.
/// </remarks>
public sealed class NormalizedText
{
    /// <summary>Units that are readable behind every text, so that a vector may be loaded anywhere in it.</summary>
    internal const int Slack = 16;

    private char[] text = new char[Slack];
    private int[] starts = [];
    private int[] ends = [];
    private int length;
    private bool tracksOrigins;
    private bool isOriginal; // every unit is where it was: starts and ends are not filled
    private NormalizedText? rewritten; // what the next rewriting writes into

    /// <summary>Starts with a part of the original text, unchanged.</summary>
    /// <param name="original">The part; must be well-formed UTF-16.</param>
    /// <param name="originalStart">Where the part starts in the original text, in UTF-16 units.</param>
    public NormalizedText(ReadOnlySpan<char> original, int originalStart = 0) => Reset(original, originalStart, tracksOrigins: true);

    internal NormalizedText()
    {
    }

    /// <summary>Where this text starts in the original one, in UTF-16 units.</summary>
    public int OriginalStart { get; private set; }

    /// <summary>Length of the normalized text in UTF-16 units.</summary>
    public int Length => length;

    /// <summary>The normalized text.</summary>
    public ReadOnlySpan<char> Text => text.AsSpan(0, length);

    /// <summary>The unit at a place; <see cref="Slack"/> units from there on may be read, though they mean nothing beyond the text.</summary>
    internal ref readonly char UnitAt(int index) => ref text[index];

    /// <summary>Starts again with a part of an original text.</summary>
    internal void Reset(ReadOnlySpan<char> original, int originalStart, bool tracksOrigins)
    {
        (OriginalStart, this.tracksOrigins, isOriginal, length) = (originalStart, tracksOrigins, true, 0);
        MakeRoom(original.Length);
        original.CopyTo(text);
        length = original.Length;
    }

    /// <summary>Starts again empty, to be written by a <see cref="TextRewriter"/>.</summary>
    internal void Clear(int originalStart, bool tracksOrigins)
    {
        (OriginalStart, this.tracksOrigins, isOriginal, length) = (originalStart, tracksOrigins, false, 0);
        MakeRoom(0);
    }

    /// <summary>A copy of a part, which may change on its own.</summary>
    /// <param name="start">First UTF-16 unit.</param>
    /// <param name="count">Number of UTF-16 units.</param>
    public NormalizedText Slice(int start, int count)
    {
        NormalizedText part = new();
        part.Clear(OriginalSpan(start, Math.Min(start + 1, length)).Start, tracksOrigins);
        part.Append(this, start, count);
        return part;
    }

    /// <summary>The span of the original text that a span of this text came from.</summary>
    /// <param name="start">First UTF-16 unit.</param>
    /// <param name="end">One past the last UTF-16 unit.</param>
    public TextSpan OriginalSpan(int start, int end)
    {
        if (isOriginal || !tracksOrigins)
            return new TextSpan(OriginalStart + start, OriginalStart + end);
        if (start < end)
            return new TextSpan(starts[start], ends[end - 1]);
        int at = length == 0 ? OriginalStart : start < length ? starts[start] : ends[length - 1];
        return new TextSpan(at, at);
    }

    /// <summary>The span of the original text that the code point of a unit came from.</summary>
    internal TextSpan OriginOfUnit(int index) =>
        !tracksOrigins ? default
        : !isOriginal ? new TextSpan(starts[index], ends[index])
        : char.IsHighSurrogate(text[index]) ? new TextSpan(OriginalStart + index, OriginalStart + index + 2)
        : char.IsLowSurrogate(text[index]) ? new TextSpan(OriginalStart + index - 1, OriginalStart + index + 1)
        : new TextSpan(OriginalStart + index, OriginalStart + index + 1);

    /// <summary>Appends a part of another text with its origins.</summary>
    internal void Append(NormalizedText source, int start, int count)
    {
        MakeRoom(count);
        source.text.AsSpan(start, count).CopyTo(text.AsSpan(length));
        if (tracksOrigins && source.isOriginal)
        {
            for (int i = 0; i < count; i++)
                (starts[length + i], ends[length + i]) = source.OriginOfUnit(start + i);
        }
        else if (tracksOrigins)
        {
            source.starts.AsSpan(start, count).CopyTo(starts.AsSpan(length));
            source.ends.AsSpan(start, count).CopyTo(ends.AsSpan(length));
        }
        length += count;
    }

    /// <summary>Appends a unit that came from a span of the original text.</summary>
    internal void Append(char unit, TextSpan origin)
    {
        if (length + Slack >= text.Length)
            MakeRoom(1);
        text[length] = unit;
        if (tracksOrigins)
            (starts[length], ends[length]) = origin;
        length++;
    }

    /// <summary>Removes the last unit.</summary>
    /// <returns>The span of the original text that it came from.</returns>
    internal TextSpan RemoveLast()
    {
        length--;
        return OriginOfUnit(length);
    }

    /// <summary>Makes the span of each unit reach to where that of the next one starts, and that of the last to a place of the original text.</summary>
    internal void EndEachWhereTheNextStarts(int end)
    {
        if (!tracksOrigins || length == 0)
            return;
        starts.AsSpan(1, length - 1).CopyTo(ends);
        ends[length - 1] = end;
    }

    /// <summary>An empty text to write this one anew into; see <see cref="TakeOver"/>.</summary>
    internal NormalizedText StartRewriting()
    {
        rewritten ??= new NormalizedText();
        rewritten.Clear(OriginalStart, tracksOrigins);
        return rewritten;
    }

    /// <summary>Makes the text that was written since <see cref="StartRewriting"/> this one.</summary>
    internal void TakeOver()
    {
        NormalizedText other = rewritten!;
        (text, other.text) = (other.text, text);
        (starts, other.starts) = (other.starts, starts);
        (ends, other.ends) = (other.ends, ends);
        (length, isOriginal) = (other.length, false);
    }

    /// <summary>Removes the code points that do not satisfy a condition.</summary>
    /// <param name="keep">The condition on a code point.</param>
    public void Filter(Func<int, bool> keep)
    {
        ArgumentNullException.ThrowIfNull(keep);
        TextRewriter rewriter = new(this);
        while (!rewriter.Rest.IsEmpty)
        {
            if (keep(Utf16.CodePointAt(rewriter.Rest, 0, out int size)))
                rewriter.Keep(size);
            else
                rewriter.Drop(size);
        }
        rewriter.Finish();
    }

    private void MakeRoom(int count)
    {
        int needed = length + count + Slack;
        if (needed > text.Length)
            Array.Resize(ref text, (int)Math.Max((uint)needed, Math.Min(text.Length * 2u, (uint)Array.MaxLength)));
        if (tracksOrigins && !isOriginal && starts.Length < text.Length)
        {
            Array.Resize(ref starts, text.Length);
            Array.Resize(ref ends, text.Length);
        }
    }
}

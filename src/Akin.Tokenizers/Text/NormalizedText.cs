using System.Runtime.InteropServices;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Text;

/// <summary>
/// A text on its way through normalization: every UTF-16 unit of it knows the span of the original text that it came from.
/// Not safe for use by several threads at once.
/// </summary>
/// <remarks>The alignment rules are those of <c>NormalizedString</c> in Hugging Face tokenizers 0.23.</remarks>
public sealed class NormalizedText
{
    private char[] text;
    private int[] starts;
    private int[] ends;
    private int length;

    /// <summary>Starts with a part of the original text, unchanged.</summary>
    /// <param name="original">The part; must be well-formed UTF-16.</param>
    /// <param name="originalStart">Where the part starts in the original text, in UTF-16 units.</param>
    public NormalizedText(ReadOnlySpan<char> original, int originalStart = 0)
    {
        OriginalStart = originalStart;
        length = original.Length;
        text = original.ToArray();
        starts = new int[length];
        ends = new int[length];
        for (int i = 0; i < length; i++)
        {
            starts[i] = originalStart + i;
            ends[i] = originalStart + i + 1;
            if (char.IsHighSurrogate(text[i]))
            {
                ends[i]++;
            }
            else if (char.IsLowSurrogate(text[i]))
            {
                starts[i]--;
            }
        }
    }

    private NormalizedText(NormalizedText whole, int start, int count)
    {
        length = count;
        text = whole.text.AsSpan(start, count).ToArray();
        starts = whole.starts.AsSpan(start, count).ToArray();
        ends = whole.ends.AsSpan(start, count).ToArray();
        OriginalStart = count > 0 ? starts[0] : whole.OriginalSpan(start, start).Start;
    }

    /// <summary>Where this text starts in the original one, in UTF-16 units.</summary>
    public int OriginalStart { get; }

    /// <summary>Length of the normalized text in UTF-16 units.</summary>
    public int Length => length;

    /// <summary>The normalized text.</summary>
    public ReadOnlySpan<char> Text => text.AsSpan(0, length);

    /// <summary>A copy of a part, which may change on its own.</summary>
    /// <param name="start">First UTF-16 unit.</param>
    /// <param name="count">Number of UTF-16 units.</param>
    public NormalizedText Slice(int start, int count) => new(this, start, count);

    /// <summary>The span of the original text that a span of this text came from.</summary>
    /// <param name="start">First UTF-16 unit.</param>
    /// <param name="end">One past the last UTF-16 unit.</param>
    public TextSpan OriginalSpan(int start, int end)
    {
        if (start < end)
            return new TextSpan(starts[start], ends[end - 1]);
        int at = length == 0 ? OriginalStart : start < length ? starts[start] : ends[length - 1];
        return new TextSpan(at, at);
    }

    /// <summary>Removes the code points that do not satisfy a condition.</summary>
    /// <param name="keep">The condition on a code point.</param>
    public void Filter(Func<int, bool> keep)
    {
        ArgumentNullException.ThrowIfNull(keep);
        int written = 0;
        for (int i = 0; i < length;)
        {
            int codePoint = Utf16.CodePointAt(Text, i, out int size);
            if (keep(codePoint))
            {
                for (int k = 0; k < size; k++, written++)
                    (text[written], starts[written], ends[written]) = (text[i + k], starts[i + k], ends[i + k]);
            }
            i += size;
        }
        length = written;
    }

    /// <summary>Replaces each code point by one or more that all stand for the same span of the original.</summary>
    /// <param name="expand">Appends what a code point becomes: the first with change 0, the others with change 1.</param>
    public void Expand(Action<int, List<CharacterChange>> expand)
    {
        ArgumentNullException.ThrowIfNull(expand);
        List<CharacterChange> changes = new(length + 16);
        for (int i = 0; i < length;)
        {
            expand(Utf16.CodePointAt(Text, i, out int size), changes);
            i += size;
        }
        Transform(changes);
    }

    /// <summary>Replaces the text.</summary>
    /// <param name="changes">
    /// The new text. Those that replace take the original span of the code point that they replace; inserted ones that of the last code point consumed.
    /// </param>
    public void Transform(List<CharacterChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        int newLength = 0;
        foreach (CharacterChange change in changes)
            newLength += Utf16.Length(change.CodePoint);
        char[] newText = new char[newLength];
        int[] newStarts = new int[newLength], newEnds = new int[newLength];
        int read = 0, written = 0;
        foreach ((int codePoint, int change) in CollectionsMarshal.AsSpan(changes))
        {
            int source = change > 0 ? read - 1 : read;
            int size = Utf16.Write(codePoint, newText.AsSpan(written));
            int start = source < 0 ? OriginalStart : starts[source];
            int end = source < 0 ? OriginalStart : ends[source];
            for (int k = 0; k < size; k++, written++)
                (newStarts[written], newEnds[written]) = (start, end);
            for (int consumed = change > 0 ? 0 : 1 - change; consumed > 0; consumed--)
            {
                Utf16.CodePointAt(Text, read, out int oldSize);
                read += oldSize;
            }
        }
        (text, starts, ends, length) = (newText, newStarts, newEnds, newLength);
    }
}

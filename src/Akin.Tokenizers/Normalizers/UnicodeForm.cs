using Akin.Tokenizers.Text;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Normalizers;

/// <summary>One of the Unicode normalization forms, with the data of Unicode 9.0 as the reference has it.</summary>
/// <param name="kind">The form.</param>
public sealed class UnicodeForm(UnicodeFormKind kind) : Normalizer
{
    /// <inheritdoc/>
    public override string Type => Kind.ToString();

    /// <summary>The form.</summary>
    public UnicodeFormKind Kind { get; } = kind;

    /// <inheritdoc/>
    public override void Normalize(NormalizedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<CharacterChange> changes = Decompose(text.Text, Kind is UnicodeFormKind.NFKC or UnicodeFormKind.NFKD);
        text.Transform(Kind is UnicodeFormKind.NFC or UnicodeFormKind.NFKC ? Compose(changes) : changes);
    }

    /// <summary>Full decomposition, marks in canonical order.</summary>
    internal static List<CharacterChange> Decompose(ReadOnlySpan<char> text, bool compatibility)
    {
        List<CharacterChange> changes = new(text.Length + 16);
        Span<int> run = stackalloc int[UnicodeTables.LongestRun];
        int firstMark = -1; // where the current run of combining marks started in `changes`
        for (int i = 0; i < text.Length;)
        {
            int count = UnicodeTables.Decompose(Utf16.CodePointAt(text, i, out int size), compatibility, run);
            i += size;
            for (int k = 0; k < count; k++)
            {
                if (UnicodeTables.CombiningClass(run[k]) == 0)
                {
                    SortMarks(changes, firstMark);
                    firstMark = -1;
                }
                else if (firstMark < 0)
                {
                    firstMark = changes.Count;
                }
                changes.Add(new CharacterChange(run[k], k == 0 ? 0 : 1));
            }
        }
        SortMarks(changes, firstMark);
        return changes;
    }

    /// <summary>Stable sort of the marks at the end of the list by combining class; each keeps its own kind of change.</summary>
    private static void SortMarks(List<CharacterChange> changes, int first)
    {
        if (first < 0 || first + 1 >= changes.Count)
            return;
        CharacterChange[] sorted = [.. changes.Skip(first).OrderBy(static change => UnicodeTables.CombiningClass(change.CodePoint))];
        for (int i = 0; i < sorted.Length; i++)
            changes[first + i] = sorted[i];
    }

    /// <summary>Canonical composition of decomposed text (UAX #15, section 3.11 of the standard: a mark composes unless one of its class or higher stands between).</summary>
    private static List<CharacterChange> Compose(List<CharacterChange> decomposed)
    {
        List<CharacterChange> composed = new(decomposed.Count);
        int starter = -1; // index in `composed` of the last character that a mark can compose with
        int lastClass = -1; // combining class of the last mark kept since the starter; -1: none was kept
        foreach (CharacterChange item in decomposed)
        {
            int combiningClass = UnicodeTables.CombiningClass(item.CodePoint);
            if (starter >= 0 && lastClass < combiningClass)
            {
                CharacterChange first = composed[starter];
                int composite = UnicodeTables.Compose(first.CodePoint, item.CodePoint);
                if (composite >= 0)
                {
                    // Two become one: an inserted second one cancels its insertion, one of the old text is consumed.
                    composed[starter] = new CharacterChange(composite, first.Change + item.Change - 1);
                    continue;
                }
            }
            if (combiningClass == 0)
            {
                starter = composed.Count;
                lastClass = -1;
            }
            else if (starter >= 0)
            {
                lastClass = combiningClass;
            }
            composed.Add(item);
        }
        return composed;
    }
}

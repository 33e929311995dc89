using System.Runtime.InteropServices;
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
        ReadOnlySpan<char> rest = text.Text;
        if (rest.IndexOfAnyExceptInRange('\0', '\x7F') < 0)
            return;
        Lists lists = Scratches.Rent();
        Rewrite(text, rest, lists);
        if (lists.Decomposed.Capacity <= Kept)
            Scratches.Return(lists);
    }

    private void Rewrite(NormalizedText text, ReadOnlySpan<char> rest, Lists lists)
    {
        bool[] settled = Settled[(int)Kind].Value;
        int count = CountSettled(rest, settled, lists);
        if (count == rest.Length)
            return;
        TextRewriter rewriter = new(text);
        for (; ; count = CountSettled(rest, settled, lists))
        {
            rewriter.Keep(count);
            rest = rest[count..];
            if (rest.Length == 0)
                break;
            int length = UnsettledLength(rest, settled, lists);
            Rewrite(rest[..length], lists, ref rewriter);
            rest = rest[length..];
        }
        rewriter.Finish();
    }

    private const int Kept = 1 << 12;

    private static readonly ScratchPool<Lists> Scratches = new(static () => new Lists());

    /// <summary>For each form whether the code points of the Basic Multilingual Plane are settled.</summary>
    private static readonly Lazy<bool[]>[] Settled = [.. Enum.GetValues<UnicodeFormKind>().Select(static kind => new Lazy<bool[]>(() => MakeSettled(kind)))];

    /// <summary>What a text is rewritten in.</summary>
    private sealed class Lists
    {
        public List<CharacterChange> Decomposed { get; } = [];

        public List<CharacterChange> Composed { get; } = [];
    }

    /// <summary>Whether a code point stays as it is whatever settled ones stand beside it.</summary>
    private static bool IsSettled(UnicodeFormKind kind, int codePoint, Lists lists)
    {
        lists.Decomposed.Clear();
        Span<char> units = stackalloc char[2];
        Decompose(units[..Utf16.Write(codePoint, units)], kind is UnicodeFormKind.NFKC or UnicodeFormKind.NFKD, lists.Decomposed);
        int first = lists.Decomposed[0].CodePoint;
        if (UnicodeTables.CombiningClass(first) != 0 || UnicodeTables.ComposesWithEarlier(first) || UnicodeTables.ComposesWithEarlier(codePoint))
            return false;
        List<CharacterChange> changes = lists.Decomposed;
        if (kind is UnicodeFormKind.NFC or UnicodeFormKind.NFKC)
        {
            lists.Composed.Clear();
            Compose(changes, lists.Composed);
            changes = lists.Composed;
        }
        return changes.Count == 1 && changes[0].CodePoint == codePoint;
    }

    private static bool[] MakeSettled(UnicodeFormKind kind)
    {
        Lists lists = new();
        bool[] settled = new bool[0x10000];
        for (int codePoint = 0; codePoint < settled.Length; codePoint++)
            settled[codePoint] = UnicodeTables.IsInert(codePoint) || (kind is UnicodeFormKind.NFC or UnicodeFormKind.NFKC && UnicodeTables.IsHangulSyllable(codePoint)) || IsSettled(kind, codePoint, lists);
        return settled;
    }

    private bool IsSettled(int codePoint, bool[] settled, Lists lists) => codePoint < settled.Length ? settled[codePoint] : IsSettled(Kind, codePoint, lists);

    /// <summary>The length of the start of a text that stays as it is. The last character before one that may change is not part of it: the two may become one.</summary>
    private int CountSettled(ReadOnlySpan<char> text, bool[] settled, Lists lists)
    {
        int at = text.IndexOfAnyExceptInRange('\0', '\x7F');
        if (at < 0)
            return text.Length;
        int last = Math.Max(at - 1, 0);
        while (at < text.Length && IsSettled(Utf16.CodePointAt(text, at, out int size), settled, lists))
        {
            last = at;
            at += size;
        }
        return at == text.Length ? at : last;
    }

    /// <summary>The length of the start of a text that may change, up to a character that stays as it is.</summary>
    private int UnsettledLength(ReadOnlySpan<char> text, bool[] settled, Lists lists)
    {
        Utf16.CodePointAt(text, 0, out int at);
        while (at < text.Length && !IsSettled(Utf16.CodePointAt(text, at, out int size), settled, lists))
            at += size;
        return at;
    }

    private void Rewrite(ReadOnlySpan<char> text, Lists lists, ref TextRewriter rewriter)
    {
        lists.Decomposed.Clear();
        Decompose(text, Kind is UnicodeFormKind.NFKC or UnicodeFormKind.NFKD, lists.Decomposed);
        List<CharacterChange> changes = lists.Decomposed;
        if (Kind is UnicodeFormKind.NFC or UnicodeFormKind.NFKC)
        {
            lists.Composed.Clear();
            Compose(changes, lists.Composed);
            changes = lists.Composed;
        }
        foreach ((int codePoint, int change) in CollectionsMarshal.AsSpan(changes))
        {
            if (change > 0)
            {
                rewriter.Insert(codePoint);
                continue;
            }
            int consumed = 0;
            for (int count = 1 - change; count > 0; count--)
            {
                Utf16.CodePointAt(rewriter.Rest, consumed, out int size);
                consumed += size;
            }
            rewriter.Replace(consumed, codePoint);
        }
    }

    /// <summary>Full decomposition, marks in canonical order.</summary>
    private static void Decompose(ReadOnlySpan<char> text, bool compatibility, List<CharacterChange> changes)
    {
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
    private static void Compose(List<CharacterChange> decomposed, List<CharacterChange> composed)
    {
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
    }
}

using System.Runtime.CompilerServices;
using Akin.Tokenizers.Unicode;

namespace Akin.Tokenizers.Models;

/// <summary>
/// The merges of a BPE model: for a pair of ids the rank of their merge and the id that it makes, in one open-addressed table, so that a
/// look-up is a multiplication and mostly one read of sixteen bytes.
/// </summary>
internal sealed class MergeTable
{
    /// <summary>What <see cref="Find"/> gives for a pair that does not merge, and between which nothing ever merges when both are symbols of the start.</summary>
    public const ulong None = ulong.MaxValue;

    /// <summary>What <see cref="Find"/> gives for a pair that does not merge, but whose longer neighbours may. Greater than any merge.</summary>
    public const ulong Meeting = None - 1;

    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15; // 2^64 / golden ratio: spreads consecutive keys

    private readonly Vocabulary vocabulary;
    private readonly int prefixLength;
    private readonly Func<int, string, TokenizerException> wrong;
    private Entry[] entries;
    private int entryCount;
    private int shift;

    /// <summary>Makes an empty table.</summary>
    /// <param name="vocabulary">The tokens that merge.</param>
    /// <param name="continuingSubwordPrefix">The prefix that the right half of a merge loses.</param>
    /// <param name="capacity">How many merges are to be expected.</param>
    /// <param name="wrong">The error for the merge of a number that cannot be used.</param>
    public MergeTable(Vocabulary vocabulary, string? continuingSubwordPrefix, int capacity, Func<int, string, TokenizerException> wrong)
    {
        this.vocabulary = vocabulary;
        this.wrong = wrong;
        prefixLength = continuingSubwordPrefix?.Length ?? 0;
        int bits = 4;
        while (1 << bits < capacity * 2)
            bits++;
        entries = new Entry[1 << bits];
        shift = 64 - bits;
    }

    /// <summary>Number of merges.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a pair without a merge says nothing about what its longer neighbours do: true until <see cref="AddMeetings"/> has found out.</summary>
    public bool AllMeet { get; private set; } = true;

    /// <summary>One more than the highest rank.</summary>
    public int RankLimit { get; private set; }

    /// <summary>The merge of a pair: its rank in the upper half, the id that it makes in the lower; or <see cref="None"/> or <see cref="Meeting"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Find(int left, int right)
    {
        ulong key = Key(left, right);
        Entry[] table = entries;
        int mask = table.Length - 1;
        for (int slot = (int)((key * Multiplier) >> shift); ; slot++)
        {
            ref readonly Entry entry = ref table[slot & mask];
            if (entry.Key == key)
                return entry.Merge;
            if (entry.Key == 0)
                return None;
        }
    }

    /// <summary>Adds the next merge.</summary>
    /// <exception cref="TokenizerException">A token is not in the vocabulary, or the pair has a merge already.</exception>
    public void Add(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        int rank = Count;
        int leftId = Known(left, left, right), rightId = Known(right, left, right);
        if (right.Length < prefixLength)
            throw wrong(rank, $"the right half \"{right}\" of a merge is shorter than the prefix of continuing tokens");
        Span<char> joined = left.Length + right.Length <= 256 ? stackalloc char[256] : new char[left.Length + right.Length];
        left.CopyTo(joined);
        right[prefixLength..].CopyTo(joined[left.Length..]);
        int id = Known(joined[..(left.Length + right.Length - prefixLength)], left, right);
        if (Find(leftId, rightId) is var earlier && earlier != None)
            throw wrong(rank, $"the merge \"{left} {right}\" is there twice, the first time as number {earlier >> 32}");
        Insert(new Entry { Key = Key(leftId, rightId), Merge = ((ulong)rank << 32) | (uint)id });
        Count++;
        RankLimit = Count;
    }

    /// <summary>
    /// Remembers which symbols stand on the two sides of some merge, be it of longer tokens. A piece can be cut between any others, and its
    /// parts merged on their own: mostly before the space mark that starts a word.
    /// </summary>
    /// <param name="inside">The symbols of characters inside a piece.</param>
    /// <param name="prefix">The prefix of continuing tokens, or empty.</param>
    /// <param name="suffix">The suffix of the last token, or empty.</param>
    /// <param name="others">The texts of symbols that stand for something else than their characters: the unknown token, <c>&lt;0x</c>.</param>
    public void AddMeetings(BpeAlphabet inside, string prefix, string suffix, IReadOnlyList<string> others)
    {
        HashSet<ulong> meetings = [];
        foreach (Entry entry in entries)
        {
            if (entry.Key == 0)
                continue;
            (int left, int right) = ((int)(entry.Key >> 32) - 1, (int)entry.Key);
            foreach (string other in others)
            {
                if (vocabulary[left].Contains(other, StringComparison.Ordinal) || vocabulary[right].Contains(other, StringComparison.Ordinal))
                    return;
            }
            int last = LastSymbol(left, inside, prefix), first = FirstSymbol(right, inside, prefix, suffix);
            meetings.Add(Key(last, first));
            if (prefix.Length + suffix.Length > 0)
            {
                // Marked characters are symbols too; it does no harm to take too many.
                meetings.Add(Key(last, right));
                meetings.Add(Key(left, first));
                meetings.Add(Key(left, right));
            }
        }
        foreach (ulong key in meetings)
        {
            (int left, int right) = ((int)(key >> 32) - 1, (int)key);
            if (left >= 0 && right >= 0 && Find(left, right) == None)
                Insert(new Entry { Key = key, Merge = Meeting });
        }
        AllMeet = false;
    }

    /// <summary>Adds a merge of known ids with a rank of its own; of pairs with equal ranks the leftmost in a text merges first. A pair that is there keeps what it has.</summary>
    public void Add(int left, int right, int id, int rank)
    {
        if (Find(left, right) != None)
            return;
        if ((Count + 1) * 2 > entries.Length)
            Grow();
        Insert(new Entry { Key = Key(left, right), Merge = ((ulong)(uint)rank << 32) | (uint)id });
        Count++;
        RankLimit = Math.Max(RankLimit, rank + 1);
    }

    /// <summary>The pairs of tokens in the order of their ranks.</summary>
    public (string Left, string Right)[] InOrder()
    {
        (string, string)[] merges = new (string, string)[Count];
        foreach (Entry entry in entries)
        {
            if (entry.IsMerge)
                merges[entry.Merge >> 32] = (vocabulary[(int)(entry.Key >> 32) - 1], vocabulary[(int)entry.Key]);
        }
        return merges;
    }

    /// <summary>The symbol that a token ends with when it has a right neighbour: itself if it is a single character.</summary>
    private int LastSymbol(int id, BpeAlphabet inside, string prefix)
    {
        string token = vocabulary[id];
        if (token.Length == 0)
            return id;
        int codePoint = Utf16.CodePointBefore(token, token.Length);
        return prefix.Length == 0 && token.Length == Utf16.Length(codePoint) ? id : inside.Find(codePoint);
    }

    /// <summary>The symbol that a token starts with when it has a left neighbour: itself if it is a single character.</summary>
    private int FirstSymbol(int id, BpeAlphabet inside, string prefix, string suffix)
    {
        string token = vocabulary[id];
        int start = token.StartsWith(prefix, StringComparison.Ordinal) ? prefix.Length : 0;
        if (start == token.Length)
            return id;
        int codePoint = Utf16.CodePointAt(token, start, out int size);
        return prefix.Length + suffix.Length == 0 && size == token.Length ? id : inside.Find(codePoint);
    }

    private int Known(ReadOnlySpan<char> token, ReadOnlySpan<char> left, ReadOnlySpan<char> right) => vocabulary.TryGetId(token, out int id)
        ? id
        : throw wrong(Count, $"the merge \"{left} {right}\" needs the token \"{token}\", which is not in the vocabulary");

    private static ulong Key(int left, int right) => ((ulong)(uint)(left + 1) << 32) | (uint)right; // + 1: no key is 0, which marks a free entry

    private void Insert(Entry entry)
    {
        if (++entryCount * 2 > entries.Length)
            Grow();
        Place(entry);
    }

    private void Place(Entry entry)
    {
        int mask = entries.Length - 1, slot = (int)((entry.Key * Multiplier) >> shift);
        while (entries[slot & mask].Key != 0)
            slot++;
        entries[slot & mask] = entry;
    }

    private void Grow()
    {
        Entry[] old = entries;
        entries = new Entry[old.Length * 2];
        shift--;
        foreach (Entry entry in old)
        {
            if (entry.Key != 0)
                Place(entry);
        }
    }

    private struct Entry
    {
        public ulong Key;
        public ulong Merge;

        public readonly bool IsMerge => Key != 0 && Merge != Meeting;
    }
}

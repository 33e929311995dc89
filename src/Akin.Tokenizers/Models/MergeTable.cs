using System.Runtime.CompilerServices;

namespace Akin.Tokenizers.Models;

/// <summary>
/// The merges of a BPE model: for a pair of ids the rank of their merge and the id that it makes, in one open-addressed table, so that a
/// look-up is a multiplication and mostly one read of sixteen bytes.
/// </summary>
internal sealed class MergeTable
{
    /// <summary>What <see cref="Find"/> gives for a pair that does not merge; greater than any merge.</summary>
    public const ulong None = ulong.MaxValue;

    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15; // 2^64 / golden ratio: spreads consecutive keys

    private readonly Vocabulary vocabulary;
    private readonly int prefixLength;
    private readonly Func<int, string, TokenizerException> wrong;
    private Entry[] entries;
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

    /// <summary>The merge of a pair: its rank in the upper half, the id that it makes in the lower; or <see cref="None"/>.</summary>
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
        if ((Count + 1) * 2 > entries.Length)
            Grow();
        Insert(new Entry { Key = Key(leftId, rightId), Merge = ((ulong)rank << 32) | (uint)id });
        Count++;
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
    }

    /// <summary>The pairs of tokens in the order of their ranks.</summary>
    public (string Left, string Right)[] InOrder()
    {
        (string, string)[] merges = new (string, string)[Count];
        foreach (Entry entry in entries)
        {
            if (entry.Key != 0)
                merges[entry.Merge >> 32] = (vocabulary[(int)(entry.Key >> 32) - 1], vocabulary[(int)entry.Key]);
        }
        return merges;
    }

    private int Known(ReadOnlySpan<char> token, ReadOnlySpan<char> left, ReadOnlySpan<char> right) => vocabulary.TryGetId(token, out int id)
        ? id
        : throw wrong(Count, $"the merge \"{left} {right}\" needs the token \"{token}\", which is not in the vocabulary");

    private static ulong Key(int left, int right) => ((ulong)(uint)(left + 1) << 32) | (uint)right; // + 1: no key is 0, which marks a free entry

    private void Insert(Entry entry)
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
                Insert(entry);
        }
    }

    private struct Entry
    {
        public ulong Key;
        public ulong Merge;
    }
}

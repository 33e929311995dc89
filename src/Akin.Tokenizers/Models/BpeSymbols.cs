namespace Akin.Tokenizers.Models;

/// <summary>
/// The symbols of a piece that BPE merges: always the pair of the lowest rank, the leftmost of equals. Few symbols are scanned in an array;
/// many go through a heap and a linked list, in time n log n.
/// </summary>
internal sealed class BpeSymbols
{
    private const int MostToScan = 48; // beyond that many symbols moving them costs more than the heap
    private const ulong Dead = MergeTable.None;

    private int[] ids = new int[64];
    private int[] lengths = new int[64];
    private ulong[] merges = new ulong[64]; // of a symbol and its right neighbour: rank and new id
    private int[] next = [];
    private int[] previous = [];
    private ulong[] heap = []; // rank and place
    private int heapCount;
    private readonly List<ulong> passedOver = [];

    /// <summary>Number of symbols.</summary>
    public int Count { get; private set; }

    /// <summary>The ids of the symbols.</summary>
    public ReadOnlySpan<int> Ids => ids.AsSpan(0, Count);

    /// <summary>How much of the piece each symbol covers.</summary>
    public ReadOnlySpan<int> Lengths => lengths.AsSpan(0, Count);

    /// <summary>Whether so much memory is in use that it should not be kept for later calls.</summary>
    public bool IsHuge => ids.Length > 1 << 16;

    public void Clear() => Count = 0;

    public void Add(int id, int length)
    {
        if (Count == ids.Length)
        {
            Array.Resize(ref ids, Count * 2);
            Array.Resize(ref lengths, Count * 2);
            merges = new ulong[Count * 2];
        }
        ids[Count] = id;
        lengths[Count++] = length;
    }

    /// <summary>Merges until nothing merges any more.</summary>
    public void Merge(MergeTable table)
    {
        if (Count <= MostToScan)
        {
            MergeByScanning(table);
            return;
        }
        Link(table);
        while (heapCount > 0)
            MergeAt(Pop(), table);
        Gather();
    }

    /// <summary>Merges, but passes over a merge with some probability; it is tried again after the next one that happens.</summary>
    public void Merge(MergeTable table, double dropout, ref ulong random)
    {
        Link(table);
        passedOver.Clear();
        while (heapCount > 0)
        {
            ulong entry = Pop();
            if (NextRandom(ref random) < dropout)
            {
                passedOver.Add(entry);
                continue;
            }
            foreach (ulong other in passedOver)
                Push(other);
            passedOver.Clear();
            MergeAt(entry, table);
        }
        Gather();
    }

    private void MergeByScanning(MergeTable table)
    {
        int count = Count;
        Span<int> ids = this.ids.AsSpan(0, count), lengths = this.lengths.AsSpan(0, count);
        Span<ulong> merges = this.merges.AsSpan(0, count);
        for (int i = 0; i + 1 < count; i++)
            merges[i] = table.Find(ids[i], ids[i + 1]);
        while (count > 1)
        {
            int best = 0;
            ulong lowest = merges[0];
            for (int i = 1; i < count - 1; i++)
            {
                if (merges[i] < lowest)
                    (best, lowest) = (i, merges[i]);
            }
            if (lowest == MergeTable.None)
                break;
            ids[best] = (int)lowest;
            lengths[best] += lengths[best + 1];
            count--;
            for (int i = best + 1; i < count; i++)
            {
                ids[i] = ids[i + 1];
                lengths[i] = lengths[i + 1];
                merges[i] = merges[i + 1];
            }
            if (best > 0)
                merges[best - 1] = table.Find(ids[best - 1], ids[best]);
            if (best + 1 < count)
                merges[best] = table.Find(ids[best], ids[best + 1]);
        }
        Count = count;
    }

    private void Link(MergeTable table)
    {
        if (next.Length < Count)
        {
            next = new int[ids.Length];
            previous = new int[ids.Length];
        }
        if (heap.Length < Count)
            heap = new ulong[ids.Length];
        heapCount = 0;
        for (int i = 0; i < Count; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1 < Count ? i + 1 : -1);
            merges[i] = i + 1 < Count ? table.Find(ids[i], ids[i + 1]) : Dead;
            if (merges[i] != MergeTable.None)
                heap[heapCount++] = Entry(i);
        }
        for (int i = (heapCount - 2) >> 2; i >= 0 && heapCount > 1; i--)
            SiftDown(i, heap[i]);
    }

    /// <summary>Merges the pair of an entry, unless one of its symbols has changed since the entry was made.</summary>
    private void MergeAt(ulong entry, MergeTable table)
    {
        int at = (int)entry;
        if (merges[at] >> 32 != entry >> 32)
            return;
        int right = next[at];
        ids[at] = (int)merges[at];
        lengths[at] += lengths[right];
        merges[right] = Dead;
        lengths[right] = -1; // gone; see Gather
        next[at] = next[right];
        if (next[at] >= 0)
            previous[next[at]] = at;
        Renew(at, table);
        if (previous[at] >= 0)
            Renew(previous[at], table);
    }

    private void Renew(int at, MergeTable table)
    {
        merges[at] = next[at] < 0 ? Dead : table.Find(ids[at], ids[next[at]]);
        if (merges[at] != MergeTable.None)
            Push(Entry(at));
    }

    private void Gather()
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (lengths[i] < 0)
                continue;
            ids[kept] = ids[i];
            lengths[kept++] = lengths[i];
        }
        Count = kept;
    }

    private ulong Entry(int at) => (merges[at] & 0xFFFF_FFFF_0000_0000) | (uint)at;

    private void Push(ulong entry)
    {
        if (heapCount == heap.Length)
            Array.Resize(ref heap, Math.Max(heap.Length * 2, 64));
        int at = heapCount++;
        while (at > 0)
        {
            int parent = (at - 1) >> 2;
            if (heap[parent] <= entry)
                break;
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = entry;
    }

    private ulong Pop()
    {
        ulong first = heap[0];
        ulong last = heap[--heapCount];
        if (heapCount > 0)
            SiftDown(0, last);
        return first;
    }

    /// <summary>Puts an entry where it belongs below a place: four children each, which lie side by side.</summary>
    private void SiftDown(int at, ulong entry)
    {
        ulong[] heap = this.heap;
        while (true)
        {
            int first = (at << 2) + 1;
            if (first >= heapCount)
                break;
            int least = first, end = Math.Min(first + 4, heapCount);
            for (int child = first + 1; child < end; child++)
            {
                if (heap[child] < heap[least])
                    least = child;
            }
            if (heap[least] >= entry)
                break;
            heap[at] = heap[least];
            at = least;
        }
        heap[at] = entry;
    }

    /// <summary>A random number from 0 up to 1 (SplitMix64, Steele et al., 2014).</summary>
    private static double NextRandom(ref ulong state)
    {
        ulong z = state += 0x9E37_79B9_7F4A_7C15;
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}

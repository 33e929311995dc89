namespace Akin.Tokenizers.Models;

/// <summary>
/// The symbols of a piece that BPE merges: always the pair of the lowest rank, the leftmost of equals. The piece is cut where nothing can ever
/// merge; of what is left few symbols are scanned in an array, many go through a heap and a linked list, and very many through one list for each rank.
/// </summary>
internal sealed class BpeSymbols
{
    private const int MostToScan = 48; // beyond that many symbols moving them costs more than the heap
    private const int MostInHeap = 1 << 14; // beyond that many the heap no longer stays in the cache
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
        int kept = 0;
        for (int start = 0; start < Count;)
        {
            int last = start;
            for (; last + 1 < Count; last++)
            {
                merges[last] = table.Find(ids[last], ids[last + 1]);
                if (merges[last] == MergeTable.None && !table.AllMeet)
                    break;
            }
            int count = last + 1 - start;
            if (count > 1)
                count = MergeRun(start, count, table);
            if (kept < start)
            {
                ids.AsSpan(start, count).CopyTo(ids.AsSpan(kept));
                lengths.AsSpan(start, count).CopyTo(lengths.AsSpan(kept));
            }
            kept += count;
            start = last + 1;
        }
        Count = kept;
    }

    /// <summary>Merges, but passes over a merge with some probability; it is tried again after the next one that happens.</summary>
    public void Merge(MergeTable table, double dropout, ref ulong random)
    {
        for (int i = 0; i + 1 < Count; i++)
            merges[i] = table.Find(ids[i], ids[i + 1]);
        Link(0, Count);
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
            MergeAt(entry, 0, table);
        }
        Count = Gather(0, Count);
    }

    /// <summary>Merges symbols whose <see cref="merges"/> are filled; returns how many are left, from the same start on.</summary>
    private int MergeRun(int start, int count, MergeTable table)
    {
        if (count <= MostToScan)
            return MergeByScanning(start, count, table);
        if (count > MostInHeap)
            return MergeRankByRank(start, count, table);
        Link(start, count);
        while (heapCount > 0)
            MergeAt(Pop(), start, table);
        return Gather(start, count);
    }

    private int MergeByScanning(int start, int count, MergeTable table)
    {
        Span<int> ids = this.ids.AsSpan(start, count), lengths = this.lengths.AsSpan(start, count);
        Span<ulong> merges = this.merges.AsSpan(start, count);
        while (count > 1)
        {
            int best = 0;
            ulong lowest = merges[0];
            for (int i = 1; i < count - 1; i++)
            {
                if (merges[i] < lowest)
                    (best, lowest) = (i, merges[i]);
            }
            if (lowest >= MergeTable.Meeting)
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
        return count;
    }

    private int MergeRankByRank(int start, int count, MergeTable table)
    {
        Symbol[] symbols = new Symbol[count];
        BpeQueue queue = new(table.RankLimit);
        for (int i = 0; i < symbols.Length; i++)
        {
            symbols[i] = new Symbol { Id = ids[start + i], Length = lengths[start + i], Previous = i - 1, Next = i + 1, Merge = i + 1 < count ? merges[start + i] : Dead };
            if (symbols[i].Merge < MergeTable.Meeting)
                queue.Add((int)(symbols[i].Merge >> 32), i);
        }
        heapCount = 0;
        for (int rank = 0; rank < table.RankLimit; rank++)
        {
            ReadOnlySpan<int> places = queue.Take(rank);
            int taken = 0;
            while (taken < places.Length || heapCount > 0)
            {
                // What a merge has made to merge with this rank or a lower one waits in the heap: a few, where merges were not learnt in their order.
                ulong entry = taken < places.Length ? ((ulong)(uint)rank << 32) | (uint)places[taken] : Dead;
                if (heapCount > 0 && heap[0] <= entry)
                    entry = Pop();
                else
                    taken++;
                int at = (int)entry;
                ref Symbol symbol = ref symbols[at];
                if (symbol.Merge >> 32 != entry >> 32)
                    continue; // one of the two has merged otherwise meanwhile
                ref Symbol right = ref symbols[symbol.Next];
                symbol.Id = (int)symbol.Merge;
                symbol.Length += right.Length;
                symbol.Next = right.Next;
                right.Merge = Dead;
                right.Length = -1;
                if (symbol.Next < symbols.Length)
                    symbols[symbol.Next].Previous = at;
                FindMerge(symbols, at, rank, table, queue);
                if (symbol.Previous >= 0)
                    FindMerge(symbols, symbol.Previous, rank, table, queue);
            }
        }
        int kept = start;
        foreach (ref readonly Symbol symbol in symbols.AsSpan())
        {
            if (symbol.Length < 0)
                continue;
            ids[kept] = symbol.Id;
            lengths[kept++] = symbol.Length;
        }
        return kept - start;
    }

    private void FindMerge(Symbol[] symbols, int at, int rank, MergeTable table, BpeQueue queue)
    {
        ref Symbol symbol = ref symbols[at];
        symbol.Merge = symbol.Next < symbols.Length ? table.Find(symbol.Id, symbols[symbol.Next].Id) : Dead;
        if (symbol.Merge >= MergeTable.Meeting)
            return;
        if ((int)(symbol.Merge >> 32) > rank)
            queue.Add((int)(symbol.Merge >> 32), at);
        else
            Push((symbol.Merge & 0xFFFF_FFFF_0000_0000) | (uint)at);
    }

    /// <summary>Links the symbols of a run, counted from its start, and puts their merges into the heap.</summary>
    private void Link(int start, int count)
    {
        if (next.Length < count)
        {
            int size = Math.Max(count, next.Length * 2);
            (next, previous) = (new int[size], new int[size]);
        }
        if (heap.Length < count)
            heap = new ulong[next.Length];
        heapCount = 0;
        if (count > 0)
            merges[start + count - 1] = Dead;
        for (int i = 0; i < count; i++)
        {
            (previous[i], next[i]) = (i - 1, i + 1 < count ? i + 1 : -1);
            if (merges[start + i] < MergeTable.Meeting)
                heap[heapCount++] = Entry(start, i);
        }
        for (int i = (heapCount - 2) >> 2; i >= 0 && heapCount > 1; i--)
            SiftDown(i, heap[i]);
    }

    /// <summary>Merges the pair of an entry, unless one of its symbols has changed since the entry was made.</summary>
    private void MergeAt(ulong entry, int start, MergeTable table)
    {
        int at = (int)entry;
        if (merges[start + at] >> 32 != entry >> 32)
            return;
        int right = next[at];
        ids[start + at] = (int)merges[start + at];
        lengths[start + at] += lengths[start + right];
        merges[start + right] = Dead;
        lengths[start + right] = -1; // gone; see Gather
        next[at] = next[right];
        if (next[at] >= 0)
            previous[next[at]] = at;
        Renew(at, start, table);
        if (previous[at] >= 0)
            Renew(previous[at], start, table);
    }

    private void Renew(int at, int start, MergeTable table)
    {
        merges[start + at] = next[at] < 0 ? Dead : table.Find(ids[start + at], ids[start + next[at]]);
        if (merges[start + at] < MergeTable.Meeting)
            Push(Entry(start, at));
    }

    private int Gather(int start, int count)
    {
        int kept = start;
        for (int i = start; i < start + count; i++)
        {
            if (lengths[i] < 0)
                continue;
            ids[kept] = ids[i];
            lengths[kept++] = lengths[i];
        }
        return kept - start;
    }

    private ulong Entry(int start, int at) => (merges[start + at] & 0xFFFF_FFFF_0000_0000) | (uint)at;

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

    /// <summary>A symbol of a very long piece: all that a merge looks at side by side.</summary>
    private struct Symbol
    {
        public ulong Merge;
        public int Id;
        public int Length;
        public int Previous;
        public int Next;
    }
}

namespace Akin.Search.Graph;

/// <summary>
/// The links of all nodes. A list has a fixed number of places; the links come first, the places after them hold <see cref="None"/>.
/// Lists are changed in place while others read them: a reader sees old links and new ones, each of them a node that is whole, so it needs no lock.
/// </summary>
internal sealed unsafe class GraphLinks
{
    public const int None = -1;

    private long _entry = None;

    public required int Capacity { get; init; }

    /// <summary>Places of a list above the ground level; on the ground there are twice as many.</summary>
    public required int M { get; init; }

    /// <summary>The lists of the ground level, node after node.</summary>
    public required int* Ground { get; init; }

    /// <summary>The highest level of each node.</summary>
    public required byte* Levels { get; init; }

    /// <summary>Where each node's lists begin in <see cref="Upper"/>; the list of level 1 comes first.</summary>
    public required int* UpperStarts { get; init; }

    public required int* Upper { get; init; }

    /// <summary>Lists that <see cref="Upper"/> has room for, and those in use.</summary>
    public required int UpperCapacity { get; init; }

    public int UpperCount { get; private set; }

    public required object[] Owners { get; init; }

    public int GroundPlaces => 2 * M;

    /// <summary>Room for nodes with so many lists above the ground. Every list is empty.</summary>
    public static GraphLinks Allocate(int m, int capacity, int upperCapacity)
    {
        PinnedMemory<int> ground = new((long)capacity * 2 * m, isCleared: false);
        PinnedMemory<byte> levels = new(capacity);
        PinnedMemory<int> upperStarts = new(capacity);
        PinnedMemory<int> upper = new((long)upperCapacity * m, isCleared: false);
        Fill(ground);
        Fill(upper);
        return new GraphLinks
        {
            Capacity = capacity,
            M = m,
            Ground = ground.Pointer,
            Levels = levels.Pointer,
            UpperStarts = upperStarts.Pointer,
            Upper = upper.Pointer,
            UpperCapacity = upperCapacity,
            Owners = [ground, levels, upperStarts, upper],
        };
    }

    /// <summary>Where a walk begins, and its level; false when there is no node.</summary>
    public bool TryReadEntry(out int node, out int level)
    {
        long entry = Volatile.Read(ref _entry);
        node = (int)entry;
        level = (int)(entry >> 32);
        return entry != None;
    }

    public void SetEntry(int node, int level) => Volatile.Write(ref _entry, (long)level << 32 | (uint)node);

    public void ClearEntry() => Volatile.Write(ref _entry, None);

    /// <summary>Gives a node its levels: the next lists of <see cref="Upper"/>.</summary>
    public void AddLevels(int node, byte level)
    {
        Levels[node] = level;
        UpperStarts[node] = UpperCount;
        UpperCount += level;
    }

    public int Places(int level) => level == 0 ? 2 * M : M;

    /// <summary>A node's list on a level that it has.</summary>
    public int* Of(int node, int level) => level == 0 ? Ground + (nint)node * (2 * M) : Upper + ((nint)UpperStarts[node] + level - 1) * M;

    /// <summary>Copies a list into a span and returns how many links it has.</summary>
    public int Read(int node, int level, int* destination)
    {
        int* list = Of(node, level);
        int places = Places(level);
        int count = 0;
        while (count < places && Volatile.Read(ref list[count]) is >= 0 and int link)
        {
            destination[count++] = link;
        }

        return count;
    }

    /// <summary>Replaces a list.</summary>
    public void Write(int node, int level, int* links, int count)
    {
        int* list = Of(node, level);
        int places = Places(level);
        for (int i = 0; i < places; i++)
        {
            Volatile.Write(ref list[i], i < count ? links[i] : None);
        }
    }

    private static void Fill(PinnedMemory<int> lists)
    {
        const int Part = 1 << 20;
        for (long first = 0; first < lists.Length; first += Part)
        {
            lists.Span(first, (int)Math.Min(Part, lists.Length - first)).Fill(None);
        }
    }
}

using System.Runtime.CompilerServices;
using Akin.Kernels;

namespace Akin.Search.Graph;

/// <summary>
/// Walks a graph towards a vector, and holds the memory that a walk works in. One thread at a time uses it; nothing is allocated once it is warm
/// (but by <see cref="SearchAccepted"/>).
/// </summary>
/// <remarks>
/// Greedy best-first search: Malkov and Yashunin, Efficient and robust approximate nearest neighbor search using Hierarchical Navigable Small World graphs
/// (2018), algorithm 2, with the candidates and the nearest found in one sorted list.
/// </remarks>
internal sealed unsafe class GraphWalk
{
    private const int WordBits = 64;

    private PinnedMemory<ulong> _visited = new(0);
    private PinnedMemory<Candidate> _pool = new(0);
    private readonly PinnedMemory<int> _picks;
    private readonly PinnedMemory<float> _distances;

    /// <param name="dimension">Floats of a vector.</param>
    /// <param name="m">The graph's <see cref="HnswOptions.M"/>.</param>
    public GraphWalk(int dimension, int m)
    {
        Places = 2 * m;
        _picks = new PinnedMemory<int>(Places + 1);
        _distances = new PinnedMemory<float>(Places + 1);
        Query = new PinnedMemory<float>(dimension);
        QueryCodes = new PinnedMemory<sbyte>(dimension);
        QueryBits = new PinnedMemory<ulong>(GraphVectors.WordsOf(dimension));
    }

    /// <summary>Places of the longest list.</summary>
    public int Places { get; }

    /// <summary>The prepared query `[dimension]`.</summary>
    public PinnedMemory<float> Query { get; }

    public PinnedMemory<sbyte> QueryCodes { get; }

    public PinnedMemory<ulong> QueryBits { get; }

    /// <summary>What the last search found, nearest first.</summary>
    public Candidate* Found => _pool.Pointer;

    /// <summary>Goes down to a level, on each one to the node that is nearer than all its neighbours.</summary>
    [MethodImpl(HotCode.Options)]
    public void Descend<TDistance>(GraphLinks links, TDistance distance, int fromLevel, int toLevel, ref int node, ref float nearest)
        where TDistance : struct, IRowDistance<TDistance>
    {
        int* picks = _picks.Pointer;
        float* distances = _distances.Pointer;
        for (int level = fromLevel; level > toLevel; level--)
        {
            bool isNearer;
            do
            {
                isNearer = false;
                int count = links.Read(node, level, picks);
                distance.Of(picks, count, distances);
                for (int i = 0; i < count; i++)
                {
                    if (distances[i] < nearest)
                    {
                        (nearest, node, isNearer) = (distances[i], picks[i], true);
                    }
                }
            }
            while (isNearer);
        }
    }

    /// <summary>Finds the nearest nodes of one level.</summary>
    /// <param name="links">The graph.</param>
    /// <param name="distance">The distance from where the walk is going.</param>
    /// <param name="entry">Where it begins.</param>
    /// <param name="entryDistance">How far that is.</param>
    /// <param name="level">The level.</param>
    /// <param name="breadth">How many are kept (ef).</param>
    /// <returns>How many were found, in <see cref="Found"/>.</returns>
    [MethodImpl(HotCode.Options)]
    public int Search<TDistance>(GraphLinks links, TDistance distance, int entry, float entryDistance, int level, int breadth)
        where TDistance : struct, IRowDistance<TDistance>
    {
        ulong* visited = ClearVisited(links.Capacity);
        Candidate* pool = Room(breadth);
        int* picks = _picks.Pointer;
        float* distances = _distances.Pointer;
        int places = links.Places(level);
        Visit(visited, entry);
        pool[0] = new Candidate(entryDistance, entry);
        int count = 1;
        float bound = breadth == 1 ? entryDistance : float.PositiveInfinity;
        int next = 0;
        while (next < count)
        {
            int* list = links.Of(pool[next].Node, level);
            pool[next].Node = ~pool[next].Node;
            int pickCount = 0;
            for (int i = 0; i < places; i++)
            {
                int node = Volatile.Read(ref list[i]);
                if (node < 0)
                {
                    break;
                }

                if (Visit(visited, node))
                {
                    picks[pickCount++] = node;
                }
            }

            do
            {
                next++;
            }
            while (next < count && pool[next].Node < 0);
            if (next < count)
            {
                PickedRows.Fetch(links.Of(pool[next].Node, level), places * sizeof(int));
            }

            distance.Of(picks, pickCount, distances);
            for (int i = 0; i < pickCount; i++)
            {
                // False for NaN, too: a distance that overflowed is no neighbour.
                if (distances[i] < bound)
                {
                    count = Insert(pool, count, breadth, new Candidate(distances[i], picks[i]), ref next);
                    bound = count == breadth ? pool[count - 1].Distance : float.PositiveInfinity;
                }
            }
        }

        for (int i = 0; i < count; i++)
        {
            pool[i].Node = ~pool[i].Node;
        }

        return count;
    }

    /// <summary>Finds the nearest accepted nodes of the ground level. The walk goes through the other nodes too.</summary>
    /// <param name="links">The graph.</param>
    /// <param name="distance">The distance from where the walk is going.</param>
    /// <param name="entry">Where it begins.</param>
    /// <param name="entryDistance">How far that is.</param>
    /// <param name="breadth">How many are kept.</param>
    /// <param name="acceptance">What may be found.</param>
    /// <param name="budget">Distances after which the walk is given up.</param>
    /// <returns>How many were found, in <see cref="Found"/>; -1 when it was given up.</returns>
    public int SearchAccepted<TDistance, TAcceptance>(
        GraphLinks links, TDistance distance, int entry, float entryDistance, int breadth, TAcceptance acceptance, long budget)
        where TDistance : struct, IRowDistance<TDistance>
        where TAcceptance : struct, IAcceptance
    {
        ulong* visited = ClearVisited(links.Capacity);
        int* picks = _picks.Pointer;
        float* distances = _distances.Pointer;
        int places = links.Places(level: 0);
        PriorityQueue<int, float> candidates = new();
        PriorityQueue<int, float> found = new();
        Visit(visited, entry);
        candidates.Enqueue(entry, entryDistance);
        float bound = float.PositiveInfinity;
        if (acceptance.Accepts(entry))
        {
            found.Enqueue(entry, -entryDistance);
            bound = breadth == 1 ? entryDistance : bound;
        }

        while (candidates.TryDequeue(out int nearest, out float nearestDistance) && nearestDistance <= bound)
        {
            int* list = links.Of(nearest, level: 0);
            int pickCount = 0;
            for (int i = 0; i < places && Volatile.Read(ref list[i]) is >= 0 and int node; i++)
            {
                if (Visit(visited, node))
                {
                    picks[pickCount++] = node;
                }
            }

            budget -= pickCount;
            if (budget < 0)
            {
                return -1;
            }

            distance.Of(picks, pickCount, distances);
            for (int i = 0; i < pickCount; i++)
            {
                if (!(distances[i] < bound))
                {
                    continue;
                }

                candidates.Enqueue(picks[i], distances[i]);
                if (acceptance.Accepts(picks[i]))
                {
                    found.Enqueue(picks[i], -distances[i]);
                    if (found.Count > breadth)
                    {
                        found.Dequeue();
                    }

                    bound = found.Count == breadth && found.TryPeek(out _, out float farthest) ? -farthest : float.PositiveInfinity;
                }
            }
        }

        Candidate* pool = Room(Math.Max(1, found.Count));
        int count = found.Count;
        for (int i = count - 1; i >= 0; i--)
        {
            found.TryDequeue(out int node, out float distanceBelowZero);
            pool[i] = new Candidate(-distanceBelowZero, node);
        }

        return count;
    }

    /// <summary>Puts a candidate into its place of a sorted list that keeps at most <paramref name="breadth"/>; the list's last one falls out when it is full.</summary>
    /// <returns>How long the list is now.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Insert(Candidate* pool, int count, int breadth, Candidate candidate, ref int next)
    {
        int low = 0;
        int high = count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (pool[middle].Distance <= candidate.Distance)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        int moved = Math.Min(count, breadth - 1) - low;
        new ReadOnlySpan<Candidate>(pool + low, moved).CopyTo(new Span<Candidate>(pool + low + 1, moved));
        pool[low] = candidate;
        next = Math.Min(next, low);
        return Math.Min(count + 1, breadth);
    }

    /// <summary>Marks a node and tells whether it was not marked before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Visit(ulong* visited, int node)
    {
        ulong* word = visited + (uint)node / WordBits;
        ulong bit = 1UL << node;
        bool isNew = (*word & bit) == 0;
        *word |= bit;
        return isNew;
    }

    private ulong* ClearVisited(int capacity)
    {
        int words = capacity / WordBits + 1;
        if (_visited.Length < words)
        {
            _visited = new PinnedMemory<ulong>(words, isCleared: false);
        }

        _visited.Span(0, words).Clear();
        return _visited.Pointer;
    }

    /// <summary>Room for candidates, in <see cref="Found"/>.</summary>
    public Candidate* Room(int breadth)
    {
        if (_pool.Length < breadth)
        {
            _pool = new PinnedMemory<Candidate>(breadth, isCleared: false);
        }

        return _pool.Pointer;
    }
}

namespace Akin.Search.Graph;

/// <summary>Adds nodes to a graph, together with other inserters of the same graph on other threads. Nobody removes nodes meanwhile; anybody may search.</summary>
/// <remarks>Malkov and Yashunin (2018), algorithm 1. A node's own lists are whole before the first link leads to it.</remarks>
internal sealed unsafe class GraphInserter
{
    private readonly GraphLocks _locks;
    private readonly int _m;
    private readonly int _breadth;
    private readonly PinnedMemory<int> _chosen;
    private readonly PinnedMemory<int> _counts = new(GraphLevels.Highest + 1);
    private readonly PinnedMemory<float> _distances;
    private readonly PinnedMemory<int> _list;
    private readonly PinnedMemory<Candidate> _candidates;

    public GraphInserter(HnswOptions options, int dimension, GraphLocks locks)
    {
        _locks = locks;
        _m = options.M;
        _breadth = Math.Max(options.EfConstruction, options.M);
        Walk = new GraphWalk(dimension, options.M);
        _chosen = new PinnedMemory<int>((long)_m * (GraphLevels.Highest + 1));
        _distances = new PinnedMemory<float>(2 * _m + 1);
        _list = new PinnedMemory<int>(2 * _m + 1);
        _candidates = new PinnedMemory<Candidate>(2 * _m + 1);
    }

    public GraphWalk Walk { get; }

    /// <summary>Links a node whose vector, key and level are in the state already.</summary>
    /// <param name="state">The graph.</param>
    /// <param name="origin">The distance from the node.</param>
    /// <param name="node">The node.</param>
    public void Insert<TDistance>(GraphState state, TDistance origin, int node)
        where TDistance : struct, IRowDistance<TDistance>
    {
        GraphLinks links = state.Links;
        int level = links.Levels[node];
        if (!links.TryReadEntry(out int current, out int top))
        {
            // The very first node: its index adds it alone.
            links.SetEntry(node, level);
            return;
        }

        float nearest;
        origin.Of(&current, 1, &nearest);
        Walk.Descend(links, origin, top, level, ref current, ref nearest);
        int highest = Math.Min(level, top);
        for (int on = highest; on >= 0; on--)
        {
            int found = Walk.Search(links, origin, current, nearest, on, _breadth);
            (current, nearest) = (Walk.Found[0].Node, Walk.Found[0].Distance);
            int* chosen = _chosen.Pointer + (on * _m);
            int live = MoveLiveToFront(state, node, found);
            _counts.Pointer[on] = NeighborSelection.Choose(origin, Walk.Found, live, _m, chosen);
            links.Write(node, on, chosen, _counts.Pointer[on]);
        }

        for (int on = highest; on >= 0; on--)
        {
            int* chosen = _chosen.Pointer + (on * _m);
            for (int i = 0; i < _counts.Pointer[on]; i++)
            {
                LinkBack(links, origin, node, chosen[i], on);
            }
        }

        if (level > top)
        {
            _locks.EnterEntry();
            if (links.TryReadEntry(out _, out top) && level > top)
            {
                links.SetEntry(node, level);
            }

            _locks.ExitEntry();
        }
    }

    /// <summary>Chooses a node's links on one level anew, among candidates that are alive; where there are none, those that a walk finds.</summary>
    /// <param name="state">The graph.</param>
    /// <param name="origin">The distance from the node.</param>
    /// <param name="node">The node.</param>
    /// <param name="level">The level.</param>
    /// <param name="candidates">Different nodes, none of them the node itself.</param>
    public void Relink<TDistance>(GraphState state, TDistance origin, int node, int level, List<int> candidates)
        where TDistance : struct, IRowDistance<TDistance>
    {
        GraphLinks links = state.Links;
        Candidate* sorted;
        int count = candidates.Count;
        bool isLost = count == 0;
        if (!isLost)
        {
            sorted = Walk.Room(count);
            for (int i = 0; i < count; i++)
            {
                int candidate = candidates[i];
                float distance;
                origin.Of(&candidate, 1, &distance);
                sorted[i] = new Candidate(distance, candidate);
            }

            new Span<Candidate>(sorted, count).Sort();
        }
        else
        {
            // Everything around it died: it is linked like a new node.
            links.TryReadEntry(out int entry, out int top);
            float nearest;
            origin.Of(&entry, 1, &nearest);
            Walk.Descend(links, origin, top, Math.Min(level, top), ref entry, ref nearest);
            count = MoveLiveToFront(state, node, Walk.Search(links, origin, entry, nearest, Math.Min(level, top), _breadth));
            sorted = Walk.Found;
        }

        int* chosen = _list.Pointer;
        int chosenCount = NeighborSelection.Choose(origin, sorted, count, links.Places(level), chosen);
        _locks.Enter(node);
        links.Write(node, level, chosen, chosenCount);
        _locks.Exit(node);
        if (isLost)
        {
            int* own = _chosen.Pointer;
            int ownCount = Math.Min(chosenCount, _m);
            new ReadOnlySpan<int>(chosen, ownCount).CopyTo(new Span<int>(own, ownCount));
            for (int i = 0; i < ownCount; i++)
            {
                LinkBack(links, origin, node, own[i], level);
            }
        }
    }

    /// <summary>Leaves out the node itself and deleted ones; but where all are deleted they stay, because a node without links would be lost.</summary>
    private int MoveLiveToFront(GraphState state, int node, int count)
    {
        int live = 0;
        int others = 0;
        Candidate* found = Walk.Found;
        for (int i = 0; i < count; i++)
        {
            others += found[i].Node != node ? 1 : 0;
            if (found[i].Node != node && !state.IsDead(found[i].Node))
            {
                (found[live], found[i]) = (found[i], found[live]);
                live++;
            }
        }

        if (live > 0 || others == 0)
        {
            return live;
        }

        // Nothing was moved: only the node itself has to go.
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            if (found[i].Node != node)
            {
                found[kept++] = found[i];
            }
        }

        return kept;
    }

    /// <summary>Adds a link from a neighbour back to the node; when its list is full, it is chosen anew.</summary>
    private void LinkBack<TDistance>(GraphLinks links, TDistance distance, int node, int neighbor, int level)
        where TDistance : struct, IRowDistance<TDistance>
    {
        int* list = _list.Pointer;
        _locks.Enter(neighbor);
        int count = links.Read(neighbor, level, list);
        if (count < links.Places(level))
        {
            Volatile.Write(ref links.Of(neighbor, level)[count], node);
        }
        else
        {
            list[count++] = node;
            count = Choose(distance.From(neighbor), list, count, links.Places(level));
            links.Write(neighbor, level, list, count);
        }

        _locks.Exit(neighbor);
    }

    /// <summary>Sorts candidates by distance and leaves those chosen, at most <paramref name="places"/>.</summary>
    private int Choose<TDistance>(TDistance origin, int* list, int count, int places)
        where TDistance : struct, IRowDistance<TDistance>
    {
        origin.Of(list, count, _distances.Pointer);
        Candidate* candidates = _candidates.Pointer;
        for (int i = 0; i < count; i++)
        {
            candidates[i] = new Candidate(_distances.Pointer[i], list[i]);
        }

        new Span<Candidate>(candidates, count).Sort();
        return NeighborSelection.Choose(origin, candidates, count, places, list);
    }
}

namespace Akin.Search.Graph;

/// <summary>Checks that a graph is one: for files that were read, and for <see cref="HnswIndex.Verify"/>.</summary>
internal static unsafe class GraphIntegrity
{
    /// <summary>The first thing that is wrong with the lists, or null. Nothing else is trusted before: a walk follows links without looking.</summary>
    /// <param name="links">The lists; starts and levels of all nodes lie inside <see cref="GraphLinks.Upper"/> already.</param>
    /// <param name="nodeCount">Nodes in use.</param>
    /// <param name="withRepeated">Whether to look for links that are there twice, too: those do no harm, and looking takes long.</param>
    public static string? FindFault(GraphLinks links, int nodeCount, bool withRepeated)
    {
        if (links.TryReadEntry(out int entry, out int top))
        {
            if ((uint)entry >= (uint)nodeCount || links.Levels[entry] != top)
            {
                return $"the entry is node {entry} on level {top}, which is none of the {nodeCount} nodes or not its highest level";
            }
        }
        else if (nodeCount > 0)
        {
            return $"there are {nodeCount} nodes but no entry";
        }

        HashSet<int> seen = [];
        for (int node = 0; node < nodeCount; node++)
        {
            for (int level = 0; level <= links.Levels[node]; level++)
            {
                int* list = links.Of(node, level);
                bool hasEnded = false;
                seen.Clear();
                for (int i = 0; i < links.Places(level); i++)
                {
                    int link = list[i];
                    hasEnded |= link == GraphLinks.None;
                    if (hasEnded ? link != GraphLinks.None : (uint)link >= (uint)nodeCount)
                    {
                        return $"link {i} of node {node} on level {level} is {link}, and there are {nodeCount} nodes";
                    }

                    if (!hasEnded && (link == node || links.Levels[link] < level || (withRepeated && !seen.Add(link))))
                    {
                        return $"link {i} of node {node} on level {level} leads to node {link}, which is the node itself, not on that level, or linked twice";
                    }
                }
            }
        }

        return null;
    }

    /// <summary>Nodes of the ground level that no way from the entry leads to.</summary>
    public static int CountUnreachable(GraphLinks links, int nodeCount, Func<int, bool> isDead)
    {
        if (!links.TryReadEntry(out int entry, out _))
        {
            return 0;
        }

        bool[] isReached = new bool[nodeCount];
        Stack<int> open = new([entry]);
        isReached[entry] = true;
        while (open.TryPop(out int node))
        {
            int* list = links.Of(node, 0);
            for (int i = 0; i < links.GroundPlaces && list[i] >= 0; i++)
            {
                if (!isReached[list[i]])
                {
                    isReached[list[i]] = true;
                    open.Push(list[i]);
                }
            }
        }

        int unreachable = 0;
        for (int node = 0; node < nodeCount; node++)
        {
            unreachable += isReached[node] || isDead(node) ? 0 : 1;
        }

        return unreachable;
    }
}

using Akin.Kernels;

namespace Akin.Search.Graph;

/// <summary>Copies nodes of a graph into a new one, under other numbers. No link leads to a node that is left behind.</summary>
internal static unsafe class GraphCopy
{
    /// <summary>New numbers of the living nodes, one after the other; <see cref="GraphLinks.None"/> for the dead.</summary>
    public static int[] Compact(GraphState state)
    {
        int[] places = new int[state.UsedCount];
        int count = 0;
        for (int node = 0; node < places.Length; node++)
        {
            places[node] = state.IsDead(node) ? GraphLinks.None : count++;
        }

        return places;
    }

    /// <summary>Copies vectors, codes and keys.</summary>
    public static void CopyVectors(GraphState from, GraphState to, int[] places, WorkerPool pool)
    {
        VectorBody body = new(from, to, places);
        pool.For(VectorBody.TaskCount(places), ref body);
    }

    /// <summary>Copies the lists; levels and starts of the new nodes are set already. The nodes become alive, and the entry is that of the old graph.</summary>
    public static void CopyLinks(GraphState from, GraphState to, int[] places, WorkerPool pool)
    {
        LinkBody body = new(from, to, places);
        pool.For(VectorBody.TaskCount(places), ref body);
        if (from.Links.TryReadEntry(out int entry, out int level) && places[entry] >= 0)
        {
            to.Links.SetEntry(places[entry], level);
        }
    }

    private readonly struct VectorBody(GraphState from, GraphState to, int[] places) : IParallelBody
    {
        public const int NodesPerTask = 1024;

        public static int TaskCount(int[] places) => (places.Length + NodesPerTask - 1) / NodesPerTask;

        public void Execute(int taskIndex)
        {
            int end = Math.Min(places.Length, (taskIndex + 1) * NodesPerTask);
            for (int node = taskIndex * NodesPerTask; node < end; node++)
            {
                if (places[node] is >= 0 and int place)
                {
                    to.Vectors.CopyFrom(from.Vectors, node, place);
                    to.Keys[place] = from.Keys[node];
                }
            }
        }
    }

    private readonly struct LinkBody(GraphState from, GraphState to, int[] places) : IParallelBody
    {
        public void Execute(int taskIndex)
        {
            int* links = stackalloc int[from.Links.GroundPlaces];
            int end = Math.Min(places.Length, (taskIndex + 1) * VectorBody.NodesPerTask);
            for (int node = taskIndex * VectorBody.NodesPerTask; node < end; node++)
            {
                int place = places[node];
                if (place < 0)
                {
                    continue;
                }

                for (int level = 0; level <= from.Links.Levels[node]; level++)
                {
                    int count = from.Links.Read(node, level, links);
                    int kept = 0;
                    for (int i = 0; i < count; i++)
                    {
                        if (places[links[i]] is >= 0 and int renamed)
                        {
                            links[kept++] = renamed;
                        }
                    }

                    to.Links.Write(place, level, links, kept);
                }

                to.SetLive(place);
            }
        }
    }
}

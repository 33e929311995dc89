using Akin.Kernels;

namespace Akin.Search.Graph;

/// <summary>Copies the living nodes of a graph into a new one, one after the other, and renames the links. No link leads to a dead node.</summary>
internal static unsafe class GraphCopy
{
    public static void Copy(GraphState from, GraphState to, WorkerPool pool)
    {
        int[] places = new int[from.UsedCount];
        int count = 0;
        int upperCount = 0;
        for (int node = 0; node < places.Length; node++)
        {
            places[node] = from.IsDead(node) ? GraphLinks.None : count;
            if (places[node] >= 0)
            {
                to.Links.UpperStarts[count] = upperCount;
                to.Links.Levels[count] = from.Links.Levels[node];
                upperCount += from.Links.Levels[node];
                count++;
            }
        }

        to.UsedCount = count;
        to.Links.UpperCount = upperCount;
        Body body = new(from, to, places);
        pool.For((places.Length + Body.NodesPerTask - 1) / Body.NodesPerTask, ref body);
        if (from.Links.TryReadEntry(out int entry, out int level) && places[entry] >= 0)
        {
            to.Links.SetEntry(places[entry], level);
        }
    }

    private readonly struct Body(GraphState from, GraphState to, int[] places) : IParallelBody
    {
        public const int NodesPerTask = 1024;

        public void Execute(int taskIndex)
        {
            int* links = stackalloc int[from.Links.GroundPlaces];
            int end = Math.Min(places.Length, (taskIndex + 1) * NodesPerTask);
            for (int node = taskIndex * NodesPerTask; node < end; node++)
            {
                int place = places[node];
                if (place < 0)
                {
                    continue;
                }

                to.Vectors.CopyFrom(from.Vectors, node, place);
                to.Keys[place] = from.Keys[node];
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

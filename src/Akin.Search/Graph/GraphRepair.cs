using Akin.Kernels;

namespace Akin.Search.Graph;

/// <summary>
/// Leads links around dead nodes: a node that links to dead ones chooses anew among the living it is linked with and the living that the dead were linked with.
/// Searches go on meanwhile; nobody else changes the graph.
/// </summary>
/// <remarks>The consolidation of Singh et al., FreshDiskANN (2021), algorithm 4, with HNSW's choice of links.</remarks>
internal static unsafe class GraphRepair
{
    public static void Run(GraphState state, HnswOptions options, WorkerPool pool, Func<GraphInserter> rent, Action<GraphInserter> giveBack)
    {
        MoveEntry(state);
        if (!state.Links.TryReadEntry(out _, out _))
        {
            return;
        }

        Body body = new(state, options, rent, giveBack);
        pool.For((state.UsedCount + Body.NodesPerTask - 1) / Body.NodesPerTask, ref body);
    }

    /// <summary>A dead entry is replaced by the highest living node.</summary>
    private static void MoveEntry(GraphState state)
    {
        if (!state.Links.TryReadEntry(out int entry, out _) || !state.IsDead(entry))
        {
            return;
        }

        int highest = GraphLinks.None;
        for (int node = 0; node < state.UsedCount; node++)
        {
            if (!state.IsDead(node) && (highest < 0 || state.Links.Levels[node] > state.Links.Levels[highest]))
            {
                highest = node;
            }
        }

        if (highest < 0)
        {
            state.Links.ClearEntry();
        }
        else
        {
            state.Links.SetEntry(highest, state.Links.Levels[highest]);
        }
    }

    private readonly struct Body(GraphState state, HnswOptions options, Func<GraphInserter> rent, Action<GraphInserter> giveBack) : IParallelBody
    {
        public const int NodesPerTask = 256;

        public void Execute(int taskIndex)
        {
            int end = Math.Min(state.UsedCount, (taskIndex + 1) * NodesPerTask);
            int* links = stackalloc int[2 * options.M];
            int* second = stackalloc int[2 * options.M];
            List<int> candidates = [];
            HashSet<int> seen = [];
            GraphInserter? inserter = null;
            for (int node = taskIndex * NodesPerTask; node < end; node++)
            {
                if (state.IsDead(node))
                {
                    continue;
                }

                FloatDistance origin = new FloatDistance(state.Vectors, null).From(node);
                for (int level = 0; level <= state.Links.Levels[node]; level++)
                {
                    int count = state.Links.Read(node, level, links);
                    bool hasDead = false;
                    for (int i = 0; i < count; i++)
                    {
                        hasDead |= state.IsDead(links[i]);
                    }

                    if (!hasDead)
                    {
                        continue;
                    }

                    candidates.Clear();
                    seen.Clear();
                    seen.Add(node);
                    for (int i = 0; i < count; i++)
                    {
                        if (!state.IsDead(links[i]))
                        {
                            Offer(links[i]);
                            continue;
                        }

                        int secondCount = state.Links.Read(links[i], level, second);
                        for (int j = 0; j < secondCount; j++)
                        {
                            if (!state.IsDead(second[j]))
                            {
                                Offer(second[j]);
                            }
                        }
                    }

                    inserter ??= rent();
                    inserter.Relink(state, origin, node, level, candidates);
                }
            }

            if (inserter is not null)
            {
                giveBack(inserter);
            }

            void Offer(int other)
            {
                if (seen.Add(other))
                {
                    candidates.Add(other);
                }
            }
        }
    }
}

namespace Akin.Search.Graph;

public sealed partial class HnswIndex
{
    /// <summary>Checks the graph: links, levels, entry, and whether every vector can be reached from it. Writers wait meanwhile.</summary>
    /// <returns>How many vectors no way leads to (only a scan finds them); rarely more than a few, and of exact duplicates.</returns>
    /// <exception cref="InvalidOperationException">The graph is none: a defect; the message is the finding.</exception>
    public int Verify()
    {
        lock (_gate)
        {
            GraphState state = _state;
            string? fault = GraphIntegrity.FindFault(state.Links, state.UsedCount, withRepeated: true);
            fault ??= _tombstones == 0 ? FindDeadLink(state) : null;
            return fault is null
                ? GraphIntegrity.CountUnreachable(state.Links, state.UsedCount, state.IsDead)
                : throw new InvalidOperationException($"The graph of {Count} vectors is damaged: {fault}.");
        }
    }

    private static unsafe string? FindDeadLink(GraphState state)
    {
        for (int node = 0; node < state.UsedCount; node++)
        {
            for (int level = 0; level <= state.Links.Levels[node] && !state.IsDead(node); level++)
            {
                int* list = state.Links.Of(node, level);
                for (int i = 0; i < state.Links.Places(level) && list[i] >= 0; i++)
                {
                    if (state.IsDead(list[i]))
                    {
                        return $"link {i} of node {node} on level {level} leads to node {list[i]}, which is removed";
                    }
                }
            }
        }

        return null;
    }
}

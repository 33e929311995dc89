namespace Akin.Search.Graph;

/// <summary>Accepts the nodes that are not deleted and, with a filter, whose key is in it.</summary>
internal readonly unsafe struct LiveNodes(GraphState state, KeySet? filter) : IAcceptance
{
    private readonly ulong* _dead = state.Dead;
    private readonly long* _keys = state.Keys;

    public bool Accepts(int node) =>
        (_dead[(nint)node / 64] >> (node % 64) & 1) == 0 && (filter is null || filter.Contains(_keys[node]));
}

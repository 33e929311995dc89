using Akin.Kernels;

namespace Akin.Search.Graph;

/// <summary>
/// A graph with its vectors and keys. Searches use the state they found when they began; it is changed in place (links, deletions, nodes that are new),
/// and replaced by a larger one when it is full.
/// </summary>
internal sealed unsafe class GraphState
{
    private const int WordBits = 64;

    private readonly PinnedMemory<ulong> _dead;
    private readonly PinnedMemory<long>? _ownKeys;

    /// <summary>A graph whose nodes are all dead as yet.</summary>
    public GraphState(GraphVectors vectors, GraphLinks links)
        : this(vectors, links, keys: null)
    {
    }

    /// <param name="vectors">The vectors.</param>
    /// <param name="links">The links.</param>
    /// <param name="keys">The keys, in memory that the owners of the vectors keep alive; null to make room for them.</param>
    public GraphState(GraphVectors vectors, GraphLinks links, long* keys)
    {
        Vectors = vectors;
        Links = links;
        Capacity = links.Capacity;
        _ownKeys = keys is null ? new PinnedMemory<long>(Capacity) : null;
        Keys = keys is null ? _ownKeys!.Pointer : keys;
        _dead = new PinnedMemory<ulong>(Capacity / WordBits + 1, isCleared: false);
        _dead.Span(0, (int)_dead.Length).Fill(ulong.MaxValue);
    }

    public GraphVectors Vectors { get; }

    public GraphLinks Links { get; }

    public int Capacity { get; }

    /// <summary>Nodes that were ever used, deleted ones included.</summary>
    public int UsedCount { get; set; }

    public long* Keys { get; }

    /// <summary>A bit for each node that is deleted, or not whole yet.</summary>
    public ulong* Dead => _dead.Pointer;

    public static GraphState Allocate(HnswOptions options, int dimension, VectorMetric metric, int capacity, int upperCapacity) =>
        new(GraphVectors.Allocate(dimension, metric, options.Precision, capacity), GraphLinks.Allocate(options.M, capacity, upperCapacity));

    public bool IsDead(int node) => (Volatile.Read(ref Dead[node / WordBits]) >> (node % WordBits) & 1) != 0;

    public void SetAllLive() => _dead.Span(0, (int)_dead.Length).Clear();

    public void SetDead(int node) => Interlocked.Or(ref Dead[node / WordBits], 1UL << (node % WordBits));

    public void SetLive(int node) => Interlocked.And(ref Dead[node / WordBits], ~(1UL << (node % WordBits)));
}

using System.Collections.Concurrent;
using Akin.Kernels;
using Akin.Search.Vectors;

namespace Akin.Search.Graph;

/// <summary>
/// Vectors in memory under keys, found by walking an HNSW graph (Malkov and Yashunin, 2018): a nearly exact answer at a small part of the cost of an exact one.
/// </summary>
/// <remarks>
/// Thread-safe. Searches never wait: not for each other, nor for those who add, replace and remove; they see each vector whole or not at all. Writers take turns;
/// a batch is added on all threads of the pool. Removed vectors are left out of answers at once, and the links that led through them are repaired in batches.
/// </remarks>
public sealed partial class HnswIndex
{
    // Vectors that are added between two looks at the cancellation token.
    private const int BatchSize = 8192;

    // The first ones are added by one thread: several would not see each other's, and the graph would begin in pieces.
    private const int SerialCount = 256;

    // Removed vectors that are passed by before the links are repaired: so many, or so large a part of all.
    private const int LooseCount = 64;
    private const int LooseDivisor = 20;

    private readonly WorkerPool _pool;
    private readonly Lock _gate = new();
    private readonly GraphLocks _locks = new();
    private readonly ConcurrentBag<GraphInserter> _inserters = [];
    private readonly ConcurrentBag<GraphWalk> _walks = [];
    private readonly Dictionary<long, int> _nodes = [];
    private GraphState _state;
    private int _count;
    private int _tombstones;
    private long _added;

    /// <summary>Makes an empty index.</summary>
    /// <param name="dimension">Floats of a vector, 1 … <see cref="IndexFacts.MaxDimension"/>.</param>
    /// <param name="metric">How vectors are compared.</param>
    /// <param name="options">How the graph is built; <see cref="HnswOptions.Default"/> when null.</param>
    /// <param name="capacity">How many vectors to make room for; it grows by itself.</param>
    /// <param name="pool">The threads that add and repair; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its bounds.</exception>
    public HnswIndex(int dimension, VectorMetric metric = VectorMetric.Cosine, HnswOptions? options = null, int capacity = 0, WorkerPool? pool = null)
    {
        options ??= HnswOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimension, IndexFacts.MaxDimension);
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        if (!Enum.IsDefined(metric))
        {
            throw new ArgumentOutOfRangeException(nameof(metric), metric, $"Supported: {string.Join(", ", Enum.GetNames<VectorMetric>())}.");
        }

        options.Check();
        Dimension = dimension;
        Metric = metric;
        Options = options;
        _pool = pool ?? WorkerPool.Shared;
        _state = GraphState.Allocate(options, dimension, ScanForm.MetricOf(metric), capacity, UpperOf(capacity));
    }

    private unsafe HnswIndex(GraphState state, HnswOptions options, VectorMetric metric, WorkerPool? pool)
    {
        Dimension = state.Vectors.Dimension;
        Metric = metric;
        Options = options;
        _pool = pool ?? WorkerPool.Shared;
        _state = state;
        _added = state.UsedCount;
        for (int node = 0; node < state.UsedCount; node++)
        {
            if (!state.IsDead(node))
            {
                _nodes.Add(state.Keys[node], node);
            }
        }

        _count = _nodes.Count;
        _tombstones = state.UsedCount - _count;
    }

    /// <summary>Floats of a vector.</summary>
    public int Dimension { get; }

    /// <summary>How vectors are compared.</summary>
    public VectorMetric Metric { get; }

    /// <summary>How the graph is built.</summary>
    public HnswOptions Options { get; }

    /// <summary>Vectors in the index.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Removed vectors that links still lead to.</summary>
    public int PendingRepairs => Volatile.Read(ref _tombstones);

    /// <summary>Reads an index file of hnswlib (0.4 to 0.8). Labels become keys; marked elements are removed vectors whose links are not repaired yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metric">The space that it was made with, which the file does not tell: l2 is Euclidean, ip is dot.</param>
    /// <param name="precision">What a walk reads.</param>
    /// <param name="pool">The threads that add and repair; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <exception cref="GraphFormatException">It is no such file, or damaged.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static HnswIndex ImportHnswlib(
        string path, VectorMetric metric = VectorMetric.Cosine, VectorPrecision precision = VectorPrecision.Float32, WorkerPool? pool = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (GraphState state, HnswOptions options) = HnswlibFile.Read(path, metric, precision);
        return new HnswIndex(state, options, metric, pool);
    }

    /// <summary>Adds a vector, or replaces the one that is there under its key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="vector">The vector `[dimension]`, finite.</param>
    /// <exception cref="ArgumentException">The vector has another length or is not finite.</exception>
    public void Add(long key, ReadOnlySpan<float> vector) => AddRange([key], vector);

    /// <summary>Adds vectors, replacing those that are there under the same keys, on all threads.</summary>
    /// <param name="keys">Their keys; of two equal ones the later vector stays.</param>
    /// <param name="vectors">The vectors `[keys, dimension]`, finite.</param>
    /// <param name="progress">Told how many were added.</param>
    /// <param name="cancellationToken">Stops; what was added stays.</param>
    /// <exception cref="ArgumentException">The matrix has another shape or is not finite; nothing was added.</exception>
    /// <exception cref="OperationCanceledException">Stopped.</exception>
    public void AddRange(ReadOnlySpan<long> keys, ReadOnlySpan<float> vectors, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        if (vectors.Length != (long)keys.Length * Dimension)
        {
            throw new ArgumentException($"{keys.Length} vectors of {Dimension} floats are {(long)keys.Length * Dimension} floats, not {vectors.Length}.", nameof(vectors));
        }

        if (keys.IsEmpty)
        {
            return;
        }

        VectorRows.Count(vectors, Dimension);
        lock (_gate)
        {
            for (int first = 0; first < keys.Length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_tombstones > LooseCount)
                {
                    RepairLinks();
                }

                Reserve(keys.Length - first);
                if (_nodes.Count == 0 && Options.Precision == VectorPrecision.Binary)
                {
                    SetCenter(vectors[(first * Dimension)..]);
                }

                int count = BatchOf(keys[first..]);
                AddBatch(keys.Slice(first, count), vectors.Slice(first * Dimension, count * Dimension));
                first += count;
                progress?.Report(first);
            }
        }
    }

    /// <summary>Removes a vector.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>Whether it was there.</returns>
    public bool Remove(long key) => RemoveRange([key]) == 1;

    /// <summary>Removes vectors; keys that are not there are passed over.</summary>
    /// <param name="keys">Their keys.</param>
    /// <returns>How many were there.</returns>
    public int RemoveRange(ReadOnlySpan<long> keys)
    {
        lock (_gate)
        {
            int removed = 0;
            foreach (long key in keys)
            {
                if (_nodes.Remove(key, out int node))
                {
                    _state.SetDead(node);
                    removed++;
                }
            }

            Volatile.Write(ref _tombstones, _tombstones + removed);
            Volatile.Write(ref _count, _nodes.Count);
            if (_tombstones > Math.Max(LooseCount, _nodes.Count / LooseDivisor))
            {
                RepairLinks();
            }

            return removed;
        }
    }

    /// <summary>Whether a vector is there under a key.</summary>
    public bool Contains(long key)
    {
        lock (_gate)
        {
            return _nodes.ContainsKey(key);
        }
    }

    /// <summary>Leads all links around the vectors that were removed; it happens by itself when they are many.</summary>
    public void Repair()
    {
        lock (_gate)
        {
            RepairLinks();
        }
    }

    /// <summary>Finds the nearest vectors.</summary>
    /// <param name="query">The query `[dimension]`, finite.</param>
    /// <param name="count">How many to find at most, at least 1.</param>
    /// <param name="options">How to search; <see cref="HnswSearchOptions.Default"/> when null.</param>
    /// <returns>Keys and scores, nearest first; equal scores by key.</returns>
    /// <exception cref="ArgumentException">The query has another length or is not finite.</exception>
    public GraphHit[] Search(ReadOnlySpan<float> query, int count, HnswSearchOptions? options = null)
    {
        options ??= HnswSearchOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.EfSearch, 1);
        if (query.Length != Dimension)
        {
            throw new ArgumentException($"The query has {query.Length} floats, the index stores vectors of {Dimension}.", nameof(query));
        }

        VectorRows.Count(query, Dimension);

        // Tombstones are counted after a node dies and forgotten before it is buried, so: first whether there are any, then the graph.
        bool hasTombstones = Volatile.Read(ref _tombstones) > 0;
        GraphState state = Volatile.Read(ref _state);
        GraphWalk walk = _walks.TryTake(out GraphWalk? rested) ? rested : new GraphWalk(Dimension, Options.M);
        ScanForm.PrepareQuery(Metric, query, walk.Query.Span(0, Dimension));
        GraphHit[] hits = GraphSearcher.Find(
            state, walk, Options.Precision, count, Math.Min(Math.Max(options.EfSearch, count), Math.Max(1, state.UsedCount)), Count, hasTombstones, options.Filter, options.Method);
        GC.KeepAlive(state);
        _walks.Add(walk);
        return hits;
    }

    /// <summary>Lists above the ground that so many nodes have, with room to spare: an M-th of the nodes for each level.</summary>
    private int UpperOf(long nodeCount) => (int)Math.Min(Array.MaxLength, nodeCount / Math.Max(1, Options.M - 1) + 64);

    /// <summary>How many may be added at a time: up to the first key that occurs again, so that the later vector stays.</summary>
    private int BatchOf(ReadOnlySpan<long> keys)
    {
        int most = Math.Min(keys.Length, _state.Links.TryReadEntry(out _, out _) ? _nodes.Count < SerialCount ? SerialCount : BatchSize : 1);
        HashSet<long> seen = new(most);
        for (int i = 0; i < most; i++)
        {
            if (!seen.Add(keys[i]))
            {
                return i;
            }
        }

        return most;
    }

    private unsafe void AddBatch(ReadOnlySpan<long> keys, ReadOnlySpan<float> vectors)
    {
        GraphState state = _state;
        int first = state.UsedCount;
        int[] replaced = new int[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            int node = first + i;
            state.Keys[node] = keys[i];
            state.Links.AddLevels(node, GraphLevels.Of(Options.Seed, _added++, Options.M));
            replaced[i] = _nodes.TryGetValue(keys[i], out int former) ? former : GraphLinks.None;
            _nodes[keys[i]] = node;
        }

        state.UsedCount = first + keys.Length;
        InsertBody body = new(this, state, first, vectors, replaced);
        WorkerPool pool = first < SerialCount ? WorkerPool.Serial : _pool;
        pool.For(body.TaskCount, ref body);
        Volatile.Write(ref _tombstones, _tombstones + replaced.Count(static node => node >= 0));
        Volatile.Write(ref _count, _nodes.Count);
    }

    /// <summary>The first vectors say where the others are to be expected.</summary>
    private unsafe void SetCenter(ReadOnlySpan<float> vectors)
    {
        const int SampleCount = 4096;
        float[] sample = vectors[..(Math.Min(SampleCount, vectors.Length / Dimension) * Dimension)].ToArray();
        if (Metric == VectorMetric.Cosine)
        {
            Normalize.Rows(sample, sample.Length / Dimension, Dimension, Normalize.DefaultEpsilon, sample, _pool);
        }

        // A lone vector would have no bit that tells anything.
        if (sample.Length > Dimension)
        {
            GraphVectors.MeanOf(sample, Dimension, new Span<float>(_state.Vectors.Center, Dimension));
        }
    }

    /// <summary>Makes room for so many more nodes, in a new state when the present one is full: the removed ones are left behind.</summary>
    private void Reserve(int count)
    {
        const int LeastCapacity = 1024;
        GraphState state = _state;
        long upperNeeded = state.Links.UpperCount;
        for (int i = 0; i < count; i++)
        {
            upperNeeded += GraphLevels.Of(Options.Seed, _added + i, Options.M);
        }

        if (state.UsedCount + (long)count <= state.Capacity && upperNeeded <= state.Links.UpperCapacity)
        {
            return;
        }

        RepairLinks();
        long needed = _nodes.Count + (long)count;
        int capacity = (int)Math.Min(Array.MaxLength, state.Capacity == 0 ? needed : Math.Max(Math.Max(needed, LeastCapacity), _nodes.Count * 3L / 2));
        if (needed > capacity)
        {
            throw new InvalidOperationException($"An index holds at most {Array.MaxLength} vectors.");
        }

        long upper = Math.Max(upperNeeded, UpperOf(capacity));
        GraphState larger = GraphState.Allocate(Options, Dimension, ScanForm.MetricOf(Metric), capacity, checked((int)upper));
        int[] places = GraphCopy.Compact(state);
        larger.UsedCount = _nodes.Count;
        SetLevels(state, larger, places);
        GraphCopy.CopyVectors(state, larger, places, _pool);
        CopyCenter(state, larger);
        GraphCopy.CopyLinks(state, larger, places, _pool);
        foreach (long key in _nodes.Keys)
        {
            _nodes[key] = places[_nodes[key]];
        }

        Volatile.Write(ref _state, larger);
    }

    private static unsafe void SetLevels(GraphState from, GraphState to, int[] places)
    {
        for (int node = 0; node < places.Length; node++)
        {
            if (places[node] >= 0)
            {
                to.Links.AddLevels(places[node], from.Links.Levels[node]);
            }
        }
    }

    private unsafe void CopyCenter(GraphState from, GraphState to)
    {
        if (from.Vectors.Center is not null)
        {
            new ReadOnlySpan<float>(from.Vectors.Center, Dimension).CopyTo(new Span<float>(to.Vectors.Center, Dimension));
        }
    }

    private void RepairLinks()
    {
        if (_tombstones > 0)
        {
            GraphRepair.Run(_state, Options, _pool, () => _inserters.TryTake(out GraphInserter? rested) ? rested : new GraphInserter(Options, Dimension, _locks), _inserters.Add);
            Volatile.Write(ref _tombstones, 0);
        }
    }

    private readonly ref struct InsertBody(HnswIndex index, GraphState state, int first, ReadOnlySpan<float> vectors, int[] replaced) : IParallelBody
    {
        private const int NodesPerTask = 16;

        private readonly ReadOnlySpan<float> _vectors = vectors;

        public int TaskCount => (replaced.Length + NodesPerTask - 1) / NodesPerTask;

        public void Execute(int taskIndex)
        {
            GraphInserter inserter = index._inserters.TryTake(out GraphInserter? rested) ? rested : new GraphInserter(index.Options, index.Dimension, index._locks);
            int end = Math.Min(replaced.Length, (taskIndex + 1) * NodesPerTask);
            for (int i = taskIndex * NodesPerTask; i < end; i++)
            {
                int node = first + i;
                Span<float> prepared = inserter.Walk.Query.Span(0, index.Dimension);
                ScanForm.PrepareQuery(index.Metric, _vectors.Slice(i * index.Dimension, index.Dimension), prepared);
                state.Vectors.Write(node, prepared);
                Insert(inserter, node);

                // The new vector is there before the one it replaces is gone.
                state.SetLive(node);
                if (replaced[i] >= 0)
                {
                    state.SetDead(replaced[i]);
                }
            }

            index._inserters.Add(inserter);
        }

        private unsafe void Insert(GraphInserter inserter, int node) =>
            inserter.Insert(state, new FloatDistance(state.Vectors, null).From(node), node);
    }
}

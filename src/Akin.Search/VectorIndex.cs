using System.Collections.Concurrent;
using Akin.Kernels;
using Akin.Search.Graph;
using Akin.Search.Storage;
using Akin.Search.Vectors;

namespace Akin.Search;

/// <summary>
/// Search over the vectors of a store. Unless <see cref="Settings"/> say otherwise it is exact: every vector is compared with the query. The vectors are scanned
/// in a mapped file derived from the store; what was written since that file was made is read from the store into memory, so an answer always includes every
/// acknowledged write, of this process and of others. With <see cref="VectorIndexKind.Hnsw"/> the rows of the file are found by walking a graph, in a file of its own; what
/// was written since is compared as ever.
/// </summary>
/// <remarks>
/// Thread-safe. Hits with equal scores are ordered by when they were added, earlier first (a replaced document counts as added anew); scores and order
/// depend neither on the number of threads nor on how the rows are spread over file and memory.
/// </remarks>
public sealed partial class VectorIndex : IDisposable
{
    /// <summary>With <see cref="VectorPrecision.Int8"/>, how many candidates per wanted hit are scored again in float32.</summary>
    public const int RescoringFactor = 4;

    private const string DerivedKind = "vectors", GraphKind = "graph";
    private const string PublishLockName = "vectors.lock";

    // Rows that may be missing from the vector file, or be deleted in it, before it is worth writing anew: so many, or so large a part of it.
    private const int LooseRowCount = 1000;
    private const int LooseRowDivisor = 16;

    // Few candidates would make an int8 search miss near ties: score this many again at least.
    internal const int LeastCandidateCount = 64;

    private const int FirstMemoryBlockRows = 64;
    private const int LargestMemoryBlockRows = 4096;

    private readonly DocumentStore _store;
    private readonly WorkerPool _pool;
    private readonly Lock _gate = new();
    private readonly ConcurrentBag<GraphWalk> _walks = [];
    private VectorSnapshot _snapshot = VectorSnapshot.Empty;
    private VectorIndexSettings _settings = VectorIndexSettings.Default;
    private string? _derivedName;
    private string? _graphName;
    private bool _isLoaded;
    private bool _isDisposed;
    private long _seenVersion;
    private long _lastRow;
    private long _lastDeletion;
    private int _blankedCount;

    /// <summary>Opens the vectors of a store. The store stays the caller's and must outlive this.</summary>
    /// <param name="store">The store.</param>
    /// <param name="pool">The threads that scan; <see cref="WorkerPool.Shared"/> when null.</param>
    public VectorIndex(DocumentStore store, WorkerPool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _pool = pool ?? WorkerPool.Shared;
    }

    /// <summary>What was wrong with the vector file when it was last opened, or <see langword="null"/>: the vectors were read from the store instead.</summary>
    public string? Damage { get; private set; }

    /// <summary>How the vectors are found.</summary>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public VectorIndexSettings Settings
    {
        get
        {
            lock (_gate)
            {
                Refresh();
                return _settings;
            }
        }
    }

    /// <summary>Rows that the graph in use covers, deleted ones included; 0 when there is none.</summary>
    internal int GraphCount
    {
        get
        {
            lock (_gate)
            {
                Refresh();
                return _snapshot.Graph?.State.UsedCount ?? 0;
            }
        }
    }

    /// <summary>Rows that the vector file in use covers, deleted ones included; 0 when there is none.</summary>
    internal int MappedCount => _snapshot.Mapped?.Count ?? 0;

    /// <summary>Finds the nearest documents.</summary>
    /// <param name="query">The query vector `[dimension]`, finite.</param>
    /// <param name="count">How many to find at most; at least 1.</param>
    /// <param name="precision">How the vectors are read; what <see cref="Settings"/> say when null.</param>
    /// <returns>Documents with their scores, nearest first; fewer than <paramref name="count"/> only when the store holds fewer.</returns>
    /// <exception cref="ArgumentException">The query has another length than the index or is not finite.</exception>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<SearchHit> Search(ReadOnlySpan<float> query, int count, VectorPrecision? precision = null) =>
        SearchMany([query.ToArray()], count, precision)[0];

    /// <summary>Finds the nearest documents of several queries in one pass over the vectors.</summary>
    /// <param name="queries">Query vectors `[dimension]` each, finite.</param>
    /// <param name="count">How many to find at most for each; at least 1.</param>
    /// <param name="precision">How the vectors are read; what <see cref="Settings"/> say when null.</param>
    /// <param name="cancellationToken">Stops between groups of queries.</param>
    /// <returns>One list for each query, as <see cref="Search"/> gives it.</returns>
    /// <exception cref="ArgumentException">A query has another length than the index or is not finite.</exception>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<SearchHit>[] SearchMany(
        IReadOnlyList<float[]> queries,
        int count,
        VectorPrecision? precision = null,
        CancellationToken cancellationToken = default) =>
        SearchMany(queries, count, new VectorSearchOptions { Precision = precision }, cancellationToken);

    /// <summary>Finds the nearest documents of several queries in one pass over the vectors.</summary>
    /// <param name="queries">Query vectors `[dimension]` each, finite.</param>
    /// <param name="count">How many to find at most for each; at least 1.</param>
    /// <param name="options">How to search.</param>
    /// <param name="cancellationToken">Stops between groups of queries.</param>
    /// <returns>One list for each query, as <see cref="Search"/> gives it.</returns>
    /// <exception cref="ArgumentException">A query has another length than the index or is not finite.</exception>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<SearchHit>[] SearchMany(
        IReadOnlyList<float[]> queries, int count, VectorSearchOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(options);
        int reach = options.Reach(count);
        VectorSearchOptions narrowed = options with { Rows = RowsOf(options, cancellationToken), Filter = null };
        RowScore[]?[] found = SearchRows(queries, reach, narrowed, cancellationToken);
        IReadOnlyList<SearchHit>[] answers = new IReadOnlyList<SearchHit>[queries.Count];
        for (int i = 0; i < answers.Length; i++)
        {
            int query = i;
            answers[i] = _store.WithDocuments(Found, hit => hit.Row, (hit, document) => new SearchHit(document, hit.Score));

            RowScore[] Found()
            {
                RowScore[] rows = found[query] ?? SearchRows([queries[query]], reach, narrowed, cancellationToken)[0];
                found[query] = null;
                return rows[Math.Min(options.Offset, rows.Length)..];
            }
        }

        return answers;
    }

    /// <summary>The rows nearest to each of several queries, nearest first, of those that may be found.</summary>
    internal RowScore[][] SearchRows(IReadOnlyList<float[]> queries, int count, VectorSearchOptions options, CancellationToken cancellationToken)
    {
        const int GroupSize = 32;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.EfSearch, 1);
        KeySet? rows = RowsOf(options, cancellationToken);
        RowScore[][] answers = new RowScore[queries.Count][];
        for (int first = 0; first < answers.Length; first += GroupSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int groupSize = Math.Min(GroupSize, answers.Length - first);
            Scan(Prepare(queries, first, groupSize), groupSize, count, options, rows).CopyTo(answers, first);
        }

        return answers;
    }

    /// <summary>Opens what searches read, which the first search would do otherwise.</summary>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public void WarmUp()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Refresh();
        }
    }

    /// <summary>What the index holds now.</summary>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IndexInfo Info()
    {
        lock (_gate)
        {
            Refresh();
            return new IndexInfo(_store.Facts, DocumentStore.FormatVersion, _store.Count, _store.SizeBytes(), MappedCount);
        }
    }

    /// <summary>Unmaps the vector file, once the searches that use it have ended.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _snapshot.Unmap();
            _snapshot = VectorSnapshot.Empty;
        }
    }

    private float[] Prepare(IReadOnlyList<float[]> queries, int first, int groupSize)
    {
        int dimension = _store.Facts.Dimension;
        float[] prepared = new float[groupSize * dimension];
        for (int i = 0; i < groupSize; i++)
        {
            float[] query = queries[first + i];
            if (query.Length != dimension)
            {
                throw new ArgumentException($"Query {first + i} has {query.Length} floats, the index stores vectors of {dimension}.", nameof(queries));
            }

            if (Array.FindIndex(query, value => !float.IsFinite(value)) is >= 0 and int bad)
            {
                throw new ArgumentException($"Value {bad} of query {first + i} is {query[bad]}, not a finite number.", nameof(queries));
            }

            ScanForm.PrepareQuery(_store.Facts.Metric, query, prepared.AsSpan(i * dimension, dimension));
        }

        return prepared;
    }

    /// <summary>The rows that a search may find; null for all.</summary>
    private KeySet? RowsOf(VectorSearchOptions options, CancellationToken cancellationToken)
    {
        if (options.Filter is not { } filter)
        {
            return options.Rows;
        }

        KeySet rows = _store.RowsOf(filter, cancellationToken);
        if (options.Rows is { } others)
        {
            rows = rows.Copy();
            rows.IntersectWith(others);
        }

        return rows;
    }

    private RowScore[][] Scan(float[] queries, int queryCount, int count, VectorSearchOptions options, KeySet? rows)
    {
        VectorSnapshot snapshot;
        VectorPrecision precision;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Refresh();
            snapshot = _snapshot;
            precision = options.Precision ?? _settings.Precision;
            snapshot.Retain();
        }

        try
        {
            return snapshot.Graph is null
                ? ExactScan.Run(snapshot, _store.Facts.Metric, queries, queryCount, count, precision, rows, _pool)
                : GraphScan.Run(snapshot, _store.Facts.Metric, queries, queryCount, count, precision, options.EfSearch, rows, _walks, _pool);
        }
        finally
        {
            snapshot.Release();
        }
    }

    /// <summary>Brings the snapshot up to the last commit. The gate is held.</summary>
    private void Refresh()
    {
        // Read before the view is taken: a commit between the two is then seen again next time, never missed.
        long version = _store.DataVersion;
        if (_isLoaded && version == _seenVersion)
        {
            return;
        }

        using StoreReader reader = _store.OpenReader();
        _settings = reader.VectorSettings();
        DerivedFile? derived = reader.Derived(DerivedKind);
        DerivedFile? graph = _settings.Kind == VectorIndexKind.Hnsw ? reader.Derived(GraphKind) : null;
        bool isNew = !_isLoaded || derived?.Name != _derivedName || graph?.Name != _graphName;
        // If this stops half-way, the next one begins anew.
        _isLoaded = false;
        if (isNew)
        {
            Reload(derived, graph);
        }

        // Without rows every row comes from this view, so deletions before it are no concern.
        if (_snapshot.Count > 0)
        {
            List<long> deleted = reader.DeletedAfter(_lastDeletion);
            if (deleted.Count != reader.LastDeletion - _lastDeletion)
            {
                // A file of another kind covers deletions not seen here, so the store has forgotten them.
                Reload(derived, graph);
                deleted = reader.DeletedAfter(_lastDeletion);
                if (_snapshot.Count > 0 && deleted.Count != reader.LastDeletion - _lastDeletion)
                {
                    throw new IndexCorruptException(_store.Folder, $"of the deletions after number {_lastDeletion}, {reader.LastDeletion - _lastDeletion} were made and {deleted.Count} are noted");
                }
            }

            foreach (long row in deleted)
            {
                _blankedCount += _snapshot.Blank(row) ? 1 : 0;
            }
        }

        _lastDeletion = reader.LastDeletion;
        List<MemoryBlock> blocks = [.. _snapshot.Loaded];
        long known = _lastRow, count = 0;
        reader.ReadVectorsAfter(_lastRow, (row, vector) =>
        {
            count++;
            if (blocks.Count == 0 || blocks[^1].IsFull)
            {
                int capacity = Math.Clamp(blocks.Sum(block => block.Count), FirstMemoryBlockRows, LargestMemoryBlockRows);
                blocks.Add(new MemoryBlock(_store.Facts.Dimension, _store.Facts.Metric, capacity));
            }

            blocks[^1].Add(row, vector);
            _lastRow = row;
        });
        reader.RequireCountAfter(known, count);
        _snapshot = VectorSnapshot.Of(_snapshot.Mapped, blocks, _snapshot.Graph);
        _seenVersion = version;
        _isLoaded = true;
    }

    private void Reload(DerivedFile? derived, DerivedFile? graph)
    {
        _snapshot.Unmap();
        _snapshot = VectorSnapshot.Empty;
        _derivedName = derived?.Name;
        _graphName = graph?.Name;
        _lastRow = 0;
        _lastDeletion = 0;
        _blankedCount = 0;
        Damage = null;
        if (derived is not { } file)
        {
            return;
        }

        try
        {
            MappedBlock mapped = MappedBlock.Open(_store, file, _pool);
            _snapshot = VectorSnapshot.Of(mapped, [], graph is { } named ? OpenGraph(named, file, mapped) : null);
            _lastRow = file.LastRow;
            _lastDeletion = file.LastDeletion;
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Damage = $"Vector file '{file.Name}' was not used: {error.Message}. The vectors were read from the store; the file is written anew with the next change.";
        }
    }

    /// <summary>The graph over a vector file; null when it is damaged, or of another state because a publication is under way.</summary>
    private MappedGraph? OpenGraph(DerivedFile graph, DerivedFile file, MappedBlock vectors)
    {
        if ((graph.LastRow, graph.LastDeletion) != (file.LastRow, file.LastDeletion))
        {
            return null;
        }

        try
        {
            return MappedGraph.Open(_store, graph, vectors, _pool);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            Damage = $"Graph file '{graph.Name}' was not used: {error.Message}. Every vector is compared instead; the file is written anew with the next change.";
            return null;
        }
    }
}

using Akin.Kernels;
using Akin.Search.Storage;
using Akin.Search.Vectors;

namespace Akin.Search;

/// <summary>
/// Exact search over the vectors of a store: every vector is compared with the query. The vectors are scanned in a mapped file derived from the
/// store; what was written since that file was made is read from the store into memory, so an answer always includes every acknowledged write,
/// of this process and of others.
/// </summary>
/// <remarks>
/// Thread-safe. Hits with equal scores are ordered by when they were added, earlier first (a replaced document counts as added anew); scores and order
/// depend neither on the number of threads nor on how the rows are spread over file and memory.
/// </remarks>
public sealed class VectorIndex : IDisposable
{
    /// <summary>With <see cref="VectorPrecision.Int8"/>, how many candidates per wanted hit are scored again in float32.</summary>
    public const int RescoringFactor = 4;

    private const string DerivedKind = "vectors";
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
    private VectorSnapshot _snapshot = VectorSnapshot.Empty;
    private string? _derivedName;
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

    /// <summary>Rows that the vector file in use covers, deleted ones included; 0 when there is none.</summary>
    internal int MappedCount => _snapshot.Mapped?.Count ?? 0;

    /// <summary>Finds the nearest documents.</summary>
    /// <param name="query">The query vector `[dimension]`, finite.</param>
    /// <param name="count">How many to find at most; at least 1.</param>
    /// <param name="precision">How the vectors are read.</param>
    /// <returns>Documents with their scores, nearest first; fewer than <paramref name="count"/> only when the store holds fewer.</returns>
    /// <exception cref="ArgumentException">The query has another length than the index or is not finite.</exception>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<SearchHit> Search(ReadOnlySpan<float> query, int count, VectorPrecision precision = VectorPrecision.Float32) =>
        SearchMany([query.ToArray()], count, precision)[0];

    /// <summary>Finds the nearest documents of several queries in one pass over the vectors.</summary>
    /// <param name="queries">Query vectors `[dimension]` each, finite.</param>
    /// <param name="count">How many to find at most for each; at least 1.</param>
    /// <param name="precision">How the vectors are read.</param>
    /// <param name="cancellationToken">Stops between groups of queries.</param>
    /// <returns>One list for each query, as <see cref="Search"/> gives it.</returns>
    /// <exception cref="ArgumentException">A query has another length than the index or is not finite.</exception>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<SearchHit>[] SearchMany(
        IReadOnlyList<float[]> queries,
        int count,
        VectorPrecision precision = VectorPrecision.Float32,
        CancellationToken cancellationToken = default)
    {
        const int GroupSize = 32;
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        IReadOnlyList<SearchHit>[] answers = new IReadOnlyList<SearchHit>[queries.Count];
        for (int first = 0; first < answers.Length; first += GroupSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int groupSize = Math.Min(GroupSize, answers.Length - first);
            SearchGroup(Prepare(queries, first, groupSize), count, precision, answers.AsSpan(first, groupSize));
        }

        return answers;
    }

    /// <summary>
    /// Writes the vector file anew when enough has changed since the last one, so that the next process opens quickly.
    /// Without it nothing is lost: what the file lacks is read from the store.
    /// </summary>
    /// <param name="cancellationToken">Stops; the former file stays.</param>
    /// <returns>Whether a file was written: false when little has changed or another process is writing one.</returns>
    /// <exception cref="IndexStorageException">The disk is full or cannot be written.</exception>
    public bool Publish(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Refresh();
            long looseRows = _snapshot.Count - MappedCount + _blankedCount;
            if (looseRows == 0 || (MappedCount > 0 && looseRows < Math.Max(LooseRowCount, MappedCount / LooseRowDivisor)))
            {
                return false;
            }
        }

        using FileStream? publishing = TryLock();
        if (publishing is null)
        {
            return false;
        }

        DerivedFile written;
        using (StoreReader reader = _store.OpenReader())
        {
            written = VectorFileWriter.Write(_store, reader, _pool, cancellationToken);
        }

        bool isCurrent = _store.RecordDerived(DerivedKind, written);
        using (StoreReader reader = _store.OpenReader())
        {
            DeleteFilesBut(reader.Derived(DerivedKind)?.Name);
        }

        return isCurrent;
    }

    /// <summary>What the index holds now.</summary>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IndexInfo Info()
    {
        lock (_gate)
        {
            Refresh();
            long sizeBytes = new DirectoryInfo(_store.Folder).EnumerateFiles().Sum(file => file.Exists ? file.Length : 0);
            return new IndexInfo(_store.Facts, DocumentStore.FormatVersion, _store.Count, sizeBytes, MappedCount);
        }
    }

    /// <summary>Unmaps the vector file, once the searches that use it have ended.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _snapshot.Mapped?.Dispose();
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

    private void SearchGroup(float[] queries, int count, VectorPrecision precision, Span<IReadOnlyList<SearchHit>> answers)
    {
        // A document that is deleted between scan and look-up leaves a gap: search what is there now. A few times are enough for an honest answer.
        const int Attempts = 4;
        for (int attempt = 1; ; attempt++)
        {
            bool isComplete = true;
            RowScore[][] found = Scan(queries, answers.Length, count, precision);
            for (int i = 0; i < answers.Length; i++)
            {
                Document?[] documents = _store.FindRows(Array.ConvertAll(found[i], hit => hit.Row));
                List<SearchHit> hits = new(documents.Length);
                for (int hit = 0; hit < documents.Length; hit++)
                {
                    if (documents[hit] is { } document)
                    {
                        hits.Add(new SearchHit(document, found[i][hit].Score));
                    }
                }

                isComplete &= hits.Count == documents.Length;
                answers[i] = hits;
            }

            if (isComplete || attempt == Attempts)
            {
                return;
            }
        }
    }

    private RowScore[][] Scan(float[] queries, int queryCount, int count, VectorPrecision precision)
    {
        VectorSnapshot snapshot;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Refresh();
            snapshot = _snapshot;
            snapshot.Mapped?.Retain();
        }

        try
        {
            return ExactScan.Run(snapshot, _store.Facts.Metric, queries, queryCount, count, precision, _pool);
        }
        finally
        {
            snapshot.Mapped?.Release();
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
        DerivedFile? derived = reader.Derived(DerivedKind);
        if (!_isLoaded || derived?.Name != _derivedName)
        {
            Reload(derived);
        }

        // Without rows every row comes from this view, so deletions before it are no concern.
        if (_snapshot.Count > 0)
        {
            List<long> deleted = reader.DeletedAfter(_lastDeletion);
            if (deleted.Count != reader.LastDeletion - _lastDeletion)
            {
                // A file of another kind covers deletions not seen here, so the store has forgotten them.
                Reload(derived);
                deleted = reader.DeletedAfter(_lastDeletion);
            }

            foreach (long row in deleted)
            {
                _blankedCount += _snapshot.Blank(row) ? 1 : 0;
            }
        }

        _lastDeletion = reader.LastDeletion;
        List<MemoryBlock> blocks = [.. _snapshot.Loaded];
        reader.ReadVectorsAfter(_lastRow, (row, vector) =>
        {
            if (blocks.Count == 0 || blocks[^1].IsFull)
            {
                int capacity = Math.Clamp(blocks.Sum(block => block.Count), FirstMemoryBlockRows, LargestMemoryBlockRows);
                blocks.Add(new MemoryBlock(_store.Facts.Dimension, _store.Facts.Metric, capacity));
            }

            blocks[^1].Add(row, vector);
            _lastRow = row;
        });
        _snapshot = VectorSnapshot.Of(_snapshot.Mapped, blocks);
        _seenVersion = version;
        _isLoaded = true;
    }

    private void Reload(DerivedFile? derived)
    {
        _snapshot.Mapped?.Dispose();
        _snapshot = VectorSnapshot.Empty;
        _derivedName = derived?.Name;
        _lastRow = 0;
        _lastDeletion = 0;
        _blankedCount = 0;
        Damage = null;
        if (derived is { } file)
        {
            try
            {
                _snapshot = VectorSnapshot.Of(MappedBlock.Open(_store, file, _pool), []);
                _lastRow = file.LastRow;
                _lastDeletion = file.LastDeletion;
            }
            catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                Damage = $"Vector file '{file.Name}' was not used: {error.Message}. The vectors were read from the store; the file is written anew with the next change.";
            }
        }
    }

    private FileStream? TryLock()
    {
        try
        {
            return new FileStream(Path.Combine(_store.Folder, PublishLockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Deletes former vector files and what a killed process left. The publish lock is held.</summary>
    private void DeleteFilesBut(string? name)
    {
        foreach (string path in Directory.EnumerateFiles(_store.Folder, VectorFileWriter.NamePattern))
        {
            if (Path.GetFileName(path) != name)
            {
                try
                {
                    File.Delete(path);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // Still mapped by a process on Windows: a later publication deletes it.
                }
            }
        }
    }
}

using Akin.Search.Graph;
using Akin.Search.Storage;
using Akin.Search.Vectors;

namespace Akin.Search;

public sealed partial class VectorIndex
{
    /// <summary>Changes how the vectors are found. A graph is made by the next <see cref="Publish(CancellationToken)"/>; until then every vector is compared.</summary>
    /// <param name="settings">The settings.</param>
    /// <exception cref="ArgumentException">A setting is outside its bounds.</exception>
    /// <exception cref="SearchIndexException">The store cannot be written.</exception>
    public void Configure(VectorIndexSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check();
        if (settings == Settings)
        {
            return;
        }

        _store.WriteVectorSettings(settings);
        if (settings.Kind == VectorIndexKind.Exact)
        {
            _store.ForgetDerived(GraphKind);
            using FileStream? publishing = TryLock();
            if (publishing is not null)
            {
                DeleteFilesBut(GraphFileWriter.NamePattern, name: null);
            }
        }
    }

    /// <summary>
    /// Writes the vector file (and the graph, where the index has one) anew when enough has changed since the last one, so that the next process opens quickly.
    /// Without it nothing is lost: what the file lacks is read from the store.
    /// </summary>
    /// <param name="cancellationToken">Stops; the former file stays.</param>
    /// <returns>Whether a file was written: false when little has changed or another process is writing one.</returns>
    /// <exception cref="IndexStorageException">The disk is full or cannot be written.</exception>
    public bool Publish(CancellationToken cancellationToken = default) => Publish(graphProgress: null, cancellationToken);

    /// <inheritdoc cref="Publish(CancellationToken)"/>
    /// <param name="graphProgress">Told how many rows are in the graph; what is in the former one is taken over at once.</param>
    /// <param name="cancellationToken">Stops; the former files stay.</param>
    public bool Publish(IProgress<long>? graphProgress, CancellationToken cancellationToken) => IsPublicationDue() && Write(graphProgress, cancellationToken);

    /// <summary>Writes the vector file (and the graph, where the index has one) anew, however little has changed.</summary>
    /// <param name="graphProgress">Told how many rows are in the graph; what is in the former one is taken over at once.</param>
    /// <param name="cancellationToken">Stops; the former files stay.</param>
    /// <returns>Whether a file was written: false when the index was never filled or another process is writing one.</returns>
    /// <exception cref="IndexStorageException">The disk is full or cannot be written.</exception>
    public bool Rewrite(IProgress<long>? graphProgress = null, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            Refresh();
            if (_snapshot.Count == 0 && MappedCount == 0)
            {
                return false;
            }
        }

        return Write(graphProgress, cancellationToken);
    }

    /// <summary>Checks everything that is stored: the database, and the files derived from it.</summary>
    /// <param name="cancellationToken">Stops between documents.</param>
    /// <returns>What was found; a damaged derived file is no error, because the store has all that was in it.</returns>
    /// <exception cref="IndexCorruptException">The database is damaged; the message names the first finding.</exception>
    public VectorIndexCheck Verify(CancellationToken cancellationToken = default)
    {
        _store.Verify(cancellationToken);
        VectorSnapshot snapshot;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            // Files are checked when they are mapped: now, not when this index was opened.
            _isLoaded = false;
            Refresh();
            snapshot = _snapshot;
            snapshot.Retain();
        }

        try
        {
            int unreachable = snapshot.Graph is { } graph ? GraphIntegrity.CountUnreachable(graph.State.Links, graph.State.UsedCount, graph.State.IsDead) : 0;
            return new VectorIndexCheck(snapshot.Mapped?.Count ?? 0, snapshot.Graph?.State.UsedCount ?? 0, unreachable, Damage);
        }
        finally
        {
            snapshot.Release();
        }
    }

    private bool Write(IProgress<long>? graphProgress, CancellationToken cancellationToken)
    {
        using FileStream? publishing = TryLock();
        if (publishing is null)
        {
            return false;
        }

        DerivedFile vectors;
        VectorIndexSettings settings;
        using (StoreReader reader = _store.OpenReader())
        {
            settings = reader.VectorSettings();
            vectors = VectorFileWriter.Write(_store, reader, _pool, cancellationToken);
        }

        DerivedFile? graph = null;
        try
        {
            graph = settings.Kind == VectorIndexKind.Hnsw ? WriteGraph(vectors, settings, graphProgress, cancellationToken) : null;
        }
        finally
        {
            if (graph is null && settings.Kind == VectorIndexKind.Hnsw)
            {
                File.Delete(Path.Combine(_store.Folder, vectors.Name));
            }
        }

        // Between the two a search finds a graph of another state, and compares every vector.
        bool isCurrent = _store.RecordDerived(DerivedKind, vectors) && (graph is not { } file || _store.RecordDerived(GraphKind, file));
        using (StoreReader reader = _store.OpenReader())
        {
            DeleteFilesBut(VectorFileWriter.NamePattern, reader.Derived(DerivedKind)?.Name);
            DeleteFilesBut(GraphFileWriter.NamePattern, reader.Derived(GraphKind)?.Name);
        }

        return isCurrent;
    }

    private bool IsPublicationDue()
    {
        lock (_gate)
        {
            Refresh();
            if (_settings.Kind == VectorIndexKind.Hnsw && _snapshot.Count > 0 &&
                (_snapshot.Graph is not { } graph || graph.Options.M != _settings.M || (_settings.Precision == VectorPrecision.Binary && !graph.HasBits)))
            {
                return true;
            }

            long looseRows = _snapshot.Count - MappedCount + _blankedCount;
            return looseRows > 0 && (MappedCount == 0 || looseRows >= Math.Max(LooseRowCount, MappedCount / LooseRowDivisor));
        }
    }

    /// <summary>Makes and writes the graph over a vector file, out of the present one where there is one.</summary>
    private DerivedFile WriteGraph(DerivedFile vectors, VectorIndexSettings settings, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        VectorSnapshot snapshot;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            snapshot = _snapshot;
            snapshot.Retain();
        }

        try
        {
            using MappedBlock mapped = MappedBlock.Open(_store, vectors, _pool);
            GraphState state = GraphBuild.Run(mapped, settings, snapshot.Graph, _pool, progress, cancellationToken);
            return GraphFileWriter.Write(_store, vectors, state, settings, _pool);
        }
        catch (InvalidDataException error)
        {
            throw new IndexStorageException(_store.Folder, isDiskFull: false, $"the vector file that was just written reads back damaged: {error.Message}", error);
        }
        finally
        {
            snapshot.Release();
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

    /// <summary>Deletes former files and what a killed process left. The publish lock is held.</summary>
    private void DeleteFilesBut(string pattern, string? name)
    {
        foreach (string path in Directory.EnumerateFiles(_store.Folder, pattern))
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

using Akin.Kernels;
using Akin.Search.Lexical.Postings;
using Akin.Search.Lexical.Queries;
using Akin.Search.Storage;

namespace Akin.Search.Lexical;

/// <summary>How postings files are written, checked and deleted.</summary>
public sealed partial class LexicalIndex
{
    private const string PublishLockName = "postings.lock";

    // Rows that may be missing from the file, or be deleted in it, before it is worth writing anew: so many, or so large a part of it.
    private const int LooseRowCount = 1000;
    private const int LooseRowDivisor = 16;

    /// <summary>Reads the postings files of a store, of whatever options, and checks them.</summary>
    /// <param name="store">The store.</param>
    /// <param name="pool">The threads that compute checksums; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <returns>One finding for each file. A damaged file is no error: it is not used, and is made anew from the store.</returns>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public static IReadOnlyList<PostingsCheck> Check(DocumentStore store, WorkerPool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        List<PostingsCheck> checks = [];
        using StoreReader reader = store.OpenReader();
        foreach (string kind in reader.DerivedKinds().Where(static kind => kind.StartsWith(KindPrefix, StringComparison.Ordinal)))
        {
            DerivedFile file = reader.Derived(kind)!.Value;
            try
            {
                Segment segment = PostingsFile.Open(store, kind[KindPrefix.Length..], file, pool ?? WorkerPool.Shared);
                checks.Add(new PostingsCheck(file.Name, segment.DocumentCount, Damage: null));
                segment.Bytes.Dispose();
            }
            catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                checks.Add(new PostingsCheck(file.Name, Documents: 0, $"Postings file '{file.Name}' cannot be used: {error.Message}. Documents are read from the store instead; the file is written anew with the next change."));
            }
        }

        return checks;
    }

    /// <summary>Writes the postings file anew when enough has changed since the last one, so that the next process opens quickly. Without it nothing is lost.</summary>
    /// <param name="cancellationToken">Stops; the former file stays.</param>
    /// <returns>Whether a file was written: false when little has changed or another process is writing one.</returns>
    /// <exception cref="IndexStorageException">The disk is full or cannot be written.</exception>
    public bool Publish(CancellationToken cancellationToken = default) => Write(isAlways: false, cancellationToken);

    /// <summary>Writes the postings file anew, however little has changed, and forgets those of other options: the next search that has them makes them anew.</summary>
    /// <param name="cancellationToken">Stops; the former files stay.</param>
    /// <returns>Whether a file was written: false when the index was never filled or another process is writing one.</returns>
    /// <exception cref="IndexStorageException">The disk is full or cannot be written.</exception>
    public bool Rewrite(CancellationToken cancellationToken = default) => Write(isAlways: true, cancellationToken);

    private bool Write(bool isAlways, CancellationToken cancellationToken)
    {
        LexicalSnapshot snapshot;
        long lastRow, lastDeletion;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Refresh(cancellationToken);
            long looseRows = _snapshot.Segments.Sum(segment => segment.Segment == _mapped ? segment.Deleted.Count : segment.Segment.DocumentCount);
            bool isDue = looseRows > 0 && (MappedCount == 0 || looseRows >= Math.Max(LooseRowCount, MappedCount / LooseRowDivisor));
            if (!isDue && !(isAlways && _snapshot.Segments.Count > 0))
            {
                return false;
            }

            (snapshot, lastRow, lastDeletion) = (_snapshot, _lastRow, _lastDeletion);
            snapshot.Retain();
        }

        try
        {
            using FileStream? publishing = TryLock();
            if (publishing is null)
            {
                return false;
            }

            DerivedFile written = PostingsFile.Write(_store, Fingerprint, snapshot.Segments, lastRow, lastDeletion, _pool, cancellationToken);
            bool isCurrent = _store.RecordDerived(DerivedKind, written);
            if (isAlways)
            {
                ForgetOthers();
            }

            using StoreReader reader = _store.OpenReader();
            DeleteFilesBut(reader.Derived(DerivedKind)?.Name, isAlways ? KindPrefix : PostingsFile.NamePrefix(Fingerprint));
            return isCurrent;
        }
        finally
        {
            snapshot.Release();
        }
    }

    private void ForgetOthers()
    {
        using StoreReader reader = _store.OpenReader();
        foreach (string kind in reader.DerivedKinds())
        {
            if (kind != DerivedKind && kind.StartsWith(KindPrefix, StringComparison.Ordinal))
            {
                _store.ForgetDerived(kind);
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

    /// <summary>Deletes former files and what a killed process left. The publish lock is held.</summary>
    private void DeleteFilesBut(string? name, string prefix)
    {
        foreach (string path in Directory.EnumerateFiles(_store.Folder, prefix + "*"))
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

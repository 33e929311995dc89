using Akin.Kernels;
using Akin.Search.Lexical;
using Akin.Search.Storage;

namespace Akin.Search;

/// <summary>Makes an index as small as it can be: the database without gaps, and the derived files anew, without deleted documents.</summary>
public static class IndexCompaction
{
    /// <summary>
    /// Compacts an index. Searches go on meanwhile, writers wait for the database. Postings of other than the default options are forgotten; the next search that has them makes them anew.
    /// Stopped at any moment, nothing is lost.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="graphProgress">Where the index has a graph: told how many documents are in the new one.</param>
    /// <param name="pool">The threads that work; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Bytes of all files of the index, before and after. Readers of other processes may keep former files until they end.</returns>
    /// <exception cref="IndexBusyException">Another process was writing for longer than <see cref="StoreOptions.WriteTimeout"/>.</exception>
    /// <exception cref="IndexStorageException">The disk is full (for a moment the database is there twice) or cannot be written.</exception>
    public static (long BytesBefore, long BytesAfter) Run(
        DocumentStore store, IProgress<long>? graphProgress = null, WorkerPool? pool = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        long before = store.SizeBytes();
        // First the files, so that what they have learnt of deletions leaves the database too.
        using (VectorIndex vectors = new(store, pool))
        {
            vectors.Rewrite(graphProgress, cancellationToken);
        }

        using (LexicalIndex words = new(store, options: null, pool))
        {
            words.Rewrite(cancellationToken);
        }

        store.Vacuum(cancellationToken);
        return (before, store.SizeBytes());
    }
}

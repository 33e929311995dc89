using Akin.Kernels;
using Akin.Search.Lexical;
using Akin.Search.Storage;

namespace Akin.Search;

/// <summary>An index in a folder as a store: <see cref="DocumentStore"/> with its <see cref="VectorIndex"/> and <see cref="LexicalIndex"/>.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class FolderVectorStore : IVectorStore
{
    private readonly DocumentStore _store;
    private readonly VectorIndex _vectors;
    private readonly LexicalIndex _words;

    /// <summary>Opens an index, or creates it where the folder is missing or empty.</summary>
    /// <param name="folder">The index folder.</param>
    /// <param name="facts">What a new index is made of, which one that is there must agree with; null to open only.</param>
    /// <param name="pool">The threads that search; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <exception cref="SearchIndexException">See <see cref="DocumentStore.OpenOrCreate"/> and <see cref="DocumentStore.Open"/>.</exception>
    public FolderVectorStore(string folder, IndexFacts? facts = null, WorkerPool? pool = null)
    {
        _store = facts is null ? DocumentStore.Open(folder) : DocumentStore.OpenOrCreate(folder, facts);
        _vectors = new VectorIndex(_store, pool);
        _words = new LexicalIndex(_store, options: null, pool);
    }

    internal FolderVectorStore(DocumentStore store, VectorIndex vectors, LexicalIndex words) => (_store, _vectors, _words) = (store, vectors, words);

    /// <inheritdoc/>
    public string Place => _store.Folder;

    /// <inheritdoc/>
    public IndexFacts Facts => _store.Facts;

    /// <inheritdoc/>
    public void Upsert(IReadOnlyList<DocumentVector> batch, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _store.Upsert(batch);
    }

    /// <inheritdoc/>
    public int Delete(IReadOnlyCollection<string> ids, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _store.Delete(ids);
    }

    /// <inheritdoc/>
    public Document? Get(string id, CancellationToken cancellationToken = default) => _store.Get(id);

    /// <inheritdoc/>
    public bool[] AreStored(IReadOnlyList<Document> documents, CancellationToken cancellationToken = default) => _store.AreStored(documents);

    /// <inheritdoc/>
    public IReadOnlyList<SearchHit>[] SearchVectors(
        IReadOnlyList<float[]> queries, int count, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        _vectors.SearchMany(
            queries,
            count,
            options as VectorSearchOptions ?? new VectorSearchOptions { Filter = options?.Filter, Offset = options?.Offset ?? 0 },
            cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<SearchHit>[] SearchWords(
        IReadOnlyList<string> texts, int count, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        _words.SearchMany(texts, count, options ?? new SearchOptions(), cancellationToken);

    /// <inheritdoc/>
    public void Publish(CancellationToken cancellationToken = default)
    {
        _vectors.Publish(cancellationToken);
        _words.Publish(cancellationToken);
    }

    /// <inheritdoc/>
    public VectorStoreInfo Info(CancellationToken cancellationToken = default) =>
        new(_store.Count, _store.SizeBytes(), $"{_vectors.Settings.Kind}, {_vectors.Settings.Precision}".ToLowerInvariant());

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _store.Dispose();
    }

    /// <summary>Unmaps the derived files; the store stays open.</summary>
    internal void Close()
    {
        _words.Dispose();
        _vectors.Dispose();
    }
}

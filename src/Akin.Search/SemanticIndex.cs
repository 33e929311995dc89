using Akin.Kernels;
using Akin.Search.Filters;
using Akin.Search.Lexical;
using Akin.Search.Storage;

namespace Akin.Search;

/// <summary>Texts that are found by meaning: an encoder, a store and an exact index over its vectors.</summary>
/// <remarks>Thread-safe as far as the encoder is; see <see cref="DocumentStore"/> and <see cref="VectorIndex"/>.</remarks>
public sealed class SemanticIndex : IDisposable
{
    private readonly FolderVectorStore _documents;
    private readonly bool _ownsStore;

    /// <summary>Searches a store that is open already and stays the caller's: to read its facts before the encoder can be loaded.</summary>
    /// <param name="store">The store.</param>
    /// <param name="encoder">The encoder of the model that the index names.</param>
    /// <param name="pool">The threads that scan vectors; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <exception cref="IndexModelException">The index was made with another model.</exception>
    public SemanticIndex(DocumentStore store, IEncoder encoder, WorkerPool? pool = null)
        : this(store, encoder, pool, ownsStore: false)
    {
    }

    private SemanticIndex(DocumentStore store, IEncoder encoder, WorkerPool? pool, bool ownsStore)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(encoder);
        store.Require(IndexFacts.For(encoder, store.Facts.Metric));
        Encoder = encoder;
        _ownsStore = ownsStore;
        Store = store;
        Vectors = new VectorIndex(store, pool);
        _documents = new FolderVectorStore(store, Vectors, new LexicalIndex(store, options: null, pool));
    }

    /// <summary>The encoder of the index's model.</summary>
    public IEncoder Encoder { get; }

    /// <summary>The store of record: get, list, delete.</summary>
    public DocumentStore Store { get; }

    /// <summary>The vectors: search by vector, publish, info.</summary>
    public VectorIndex Vectors { get; }

    /// <summary>Opens an index, or creates it where the folder is missing or empty.</summary>
    /// <param name="folder">The index folder.</param>
    /// <param name="encoder">The encoder; an existing index must have been made with the same model.</param>
    /// <param name="metric">How a new index compares vectors; an existing one must agree.</param>
    /// <param name="pool">The threads that scan vectors; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <exception cref="IndexModelException">The index was made with another model or metric.</exception>
    /// <exception cref="SearchIndexException">The index cannot be opened or created; see <see cref="DocumentStore.OpenOrCreate"/>.</exception>
    public static SemanticIndex OpenOrCreate(string folder, IEncoder encoder, VectorMetric metric = VectorMetric.Cosine, WorkerPool? pool = null)
    {
        DocumentStore store = DocumentStore.OpenOrCreate(folder, IndexFacts.For(encoder, metric));
        try
        {
            return new SemanticIndex(store, encoder, pool, ownsStore: true);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Encodes and stores documents batch by batch, replacing those with the same identifier. A batch is on the disk before the next one is begun; documents
    /// that are stored already unchanged are passed over, so after an interruption the same call goes on where it stopped.
    /// </summary>
    /// <param name="documents">The documents, read as they are needed.</param>
    /// <param name="options">Batch size; <see cref="AddOptions.Default"/> when null.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellationToken">Stops; what was reported stays stored.</param>
    /// <returns>What was done in all.</returns>
    /// <exception cref="OperationCanceledException">Stopped between or inside batches.</exception>
    /// <exception cref="InvalidDocumentException">A document cannot be stored; the batches before it are.</exception>
    /// <exception cref="IndexStorageException">The disk is full or cannot be written; the batches before are stored.</exception>
    public async Task<AddProgress> AddAsync(
        IAsyncEnumerable<Document> documents,
        AddOptions? options = null,
        IProgress<AddProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        options ??= AddOptions.Default;
        DocumentBatches batches = new(_documents, Encoder, options, progress, cancellationToken);
        await foreach (Document document in documents.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            batches.Add(document);
        }

        AddProgress done = batches.Finish();
        Vectors.Publish(options.GraphProgress, cancellationToken);
        return done;
    }

    /// <summary>The same for documents at hand; runs on the calling thread.</summary>
    /// <inheritdoc cref="AddAsync"/>
    public AddProgress Add(
        IEnumerable<Document> documents,
        AddOptions? options = null,
        IProgress<AddProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        options ??= AddOptions.Default;
        DocumentBatches batches = new(_documents, Encoder, options, progress, cancellationToken);
        foreach (Document document in documents)
        {
            batches.Add(document);
        }

        AddProgress done = batches.Finish();
        Vectors.Publish(options.GraphProgress, cancellationToken);
        return done;
    }

    /// <summary>Finds the documents nearest in meaning to a question.</summary>
    /// <param name="query">The question.</param>
    /// <param name="count">How many to find at most; at least 1.</param>
    /// <param name="precision">How the vectors are read; what <see cref="VectorIndex.Settings"/> say when null.</param>
    /// <param name="cancellationToken">Stops while encoding.</param>
    /// <returns>Documents with their scores, nearest first.</returns>
    public IReadOnlyList<SearchHit> Search(
        string query, int count, VectorPrecision? precision = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return SearchMany([query], count, precision, cancellationToken)[0];
    }

    /// <summary>Finds the documents nearest in meaning to a question among those that fulfil a filter.</summary>
    /// <param name="query">The question.</param>
    /// <param name="count">How many to find at most; at least 1.</param>
    /// <param name="filter">What the documents must fulfil.</param>
    /// <param name="cancellationToken">Stops while encoding.</param>
    /// <returns>Documents with their scores, nearest first.</returns>
    public IReadOnlyList<SearchHit> Search(string query, int count, DocumentFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return SearchMany([query], count, new VectorSearchOptions { Filter = filter }, cancellationToken)[0];
    }

    /// <summary>Finds the documents nearest in meaning to each of several questions.</summary>
    /// <param name="queries">The questions.</param>
    /// <param name="count">How many to find at most for each; at least 1.</param>
    /// <param name="precision">How the vectors are read; what <see cref="VectorIndex.Settings"/> say when null.</param>
    /// <param name="cancellationToken">Stops while encoding and between groups of questions.</param>
    /// <returns>One list for each question, nearest first.</returns>
    public IReadOnlyList<SearchHit>[] SearchMany(
        IReadOnlyList<string> queries, int count, VectorPrecision? precision = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return Vectors.SearchMany(Encoder.EncodeQueries(queries, cancellationToken), count, precision, cancellationToken);
    }

    /// <summary>Finds the documents nearest in meaning to each of several questions.</summary>
    /// <param name="queries">The questions.</param>
    /// <param name="count">How many to find at most for each; at least 1.</param>
    /// <param name="options">How the vectors are searched.</param>
    /// <param name="cancellationToken">Stops while encoding and between groups of questions.</param>
    /// <returns>One list for each question, nearest first.</returns>
    public IReadOnlyList<SearchHit>[] SearchMany(IReadOnlyList<string> queries, int count, VectorSearchOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return Vectors.SearchMany(Encoder.EncodeQueries(queries, cancellationToken), count, options, cancellationToken);
    }

    /// <summary>Closes the index. Every acknowledged write is on the disk already.</summary>
    public void Dispose()
    {
        _documents.Close();
        if (_ownsStore)
        {
            Store.Dispose();
        }
    }
}

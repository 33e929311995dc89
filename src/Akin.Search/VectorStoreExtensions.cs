namespace Akin.Search;

/// <summary>A store with an encoder: texts in, documents out.</summary>
public static class VectorStoreExtensions
{
    /// <summary>
    /// Encodes and stores documents batch by batch, replacing those with the same identifier. A batch is stored for good before the next one is begun; documents
    /// that are stored already unchanged are passed over, so after an interruption the same call goes on where it stopped.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="encoder">The encoder of the model that the store names.</param>
    /// <param name="documents">The documents, read as they are needed.</param>
    /// <param name="options">Batch size; <see cref="AddOptions.Default"/> when null.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellationToken">Stops; what was reported stays stored.</param>
    /// <returns>What was done in all.</returns>
    /// <exception cref="IndexModelException">The store was made with another model.</exception>
    /// <exception cref="SearchIndexException">A document cannot be stored, or the store cannot be written; the batches before are stored.</exception>
    public static AddProgress Add(
        this IVectorStore store,
        IEncoder encoder,
        IEnumerable<Document> documents,
        AddOptions? options = null,
        IProgress<AddProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        Require(store, encoder);
        DocumentBatches batches = new(store, encoder, options ?? AddOptions.Default, progress, cancellationToken);
        foreach (Document document in documents)
        {
            batches.Add(document);
        }

        AddProgress done = batches.Finish();
        store.Publish(cancellationToken);
        return done;
    }

    /// <summary>Finds the documents nearest in meaning to a question.</summary>
    /// <param name="store">The store.</param>
    /// <param name="encoder">The encoder of the model that the store names.</param>
    /// <param name="query">The question.</param>
    /// <param name="count">How many to find at most; at least 1.</param>
    /// <param name="options">What may be found and which page is wanted.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Documents with their scores, nearest first.</returns>
    /// <exception cref="IndexModelException">The store was made with another model.</exception>
    public static IReadOnlyList<SearchHit> Search(
        this IVectorStore store, IEncoder encoder, string query, int count, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        Require(store, encoder);
        return store.SearchVectors(encoder.EncodeQueries([query], cancellationToken), count, options, cancellationToken)[0];
    }

    private static void Require(IVectorStore store, IEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(encoder);
        store.Facts.Require(IndexFacts.For(encoder, store.Facts.Metric), store.Place);
    }
}

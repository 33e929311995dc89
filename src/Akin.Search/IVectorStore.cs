using Akin.Search.Storage;

namespace Akin.Search;

/// <summary>Documents with their vectors, found by vector and by words, wherever they are kept: <see cref="FolderVectorStore"/> in a folder, others on a server.</summary>
/// <remarks>Thread-safe. A write that returned survives the end of the process; a batch is stored whole or not at all.</remarks>
public interface IVectorStore : IDisposable
{
    /// <summary>Where the documents are kept, for people; without secrets.</summary>
    string Place { get; }

    /// <summary>What the index is made of.</summary>
    IndexFacts Facts { get; }

    /// <summary>Stores documents with their vectors, replacing those that are there under the same identifier: all of them or, on any error, none.</summary>
    /// <param name="batch">Documents and vectors; of two with the same identifier the later one stays.</param>
    /// <param name="cancellationToken">Stops; then nothing of the batch is stored.</param>
    /// <exception cref="SearchIndexException">A document cannot be stored, or the store cannot be written.</exception>
    void Upsert(IReadOnlyList<DocumentVector> batch, CancellationToken cancellationToken = default);

    /// <summary>Deletes documents; identifiers that are not there are passed over.</summary>
    /// <param name="ids">The identifiers.</param>
    /// <param name="cancellationToken">Stops; then nothing is deleted.</param>
    /// <returns>How many documents were there and are deleted.</returns>
    int Delete(IReadOnlyCollection<string> ids, CancellationToken cancellationToken = default);

    /// <summary>The document stored under an identifier, or <see langword="null"/>.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="cancellationToken">Stops.</param>
    Document? Get(string id, CancellationToken cancellationToken = default);

    /// <summary>Tells which documents are stored already with exactly this title, text and metadata.</summary>
    /// <param name="documents">The documents to look up.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>One answer per document, in the order given.</returns>
    bool[] AreStored(IReadOnlyList<Document> documents, CancellationToken cancellationToken = default);

    /// <summary>Finds the documents whose vectors are nearest to each of several.</summary>
    /// <param name="queries">Query vectors `[dimension]` each, finite.</param>
    /// <param name="count">How many to find at most for each; at least 1.</param>
    /// <param name="options">What may be found and which page is wanted; <see cref="VectorSearchOptions.EfSearch"/> where the store walks a graph.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>One list for each query, nearest first.</returns>
    IReadOnlyList<SearchHit>[] SearchVectors(
        IReadOnlyList<float[]> queries, int count, SearchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Finds the documents that share words with each of several texts, by BM25 over title and text.</summary>
    /// <param name="texts">The texts; nothing in them is a sign.</param>
    /// <param name="count">How many to find at most for each; at least 1.</param>
    /// <param name="options">What may be found and which page is wanted.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>One list for each text, best first.</returns>
    IReadOnlyList<SearchHit>[] SearchWords(
        IReadOnlyList<string> texts, int count, SearchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Brings up to date what lets searches begin at once. Without it nothing is lost, and nothing is missing in an answer.</summary>
    /// <param name="cancellationToken">Stops; what was there stays.</param>
    void Publish(CancellationToken cancellationToken = default);

    /// <summary>What the store holds now.</summary>
    /// <param name="cancellationToken">Stops.</param>
    VectorStoreInfo Info(CancellationToken cancellationToken = default);
}

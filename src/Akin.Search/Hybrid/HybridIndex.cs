using Akin.Search.Evaluation;
using Akin.Search.Lexical;
using Akin.Search.Storage;

namespace Akin.Search.Hybrid;

/// <summary>Documents found by meaning and by words at once, in one ranking.</summary>
/// <remarks>
/// Unless they are given, the weights of the two are learnt from the documents, once for an index, and kept with it (see <see cref="Weights"/>). Thread-safe as the two
/// indexes are, which stay the caller's.
/// </remarks>
public sealed class HybridIndex
{
    private readonly SemanticIndex _meaning;
    private readonly LexicalIndex _words;
    private readonly Lazy<HybridWeights> _weights;

    /// <param name="meaning">Finds by meaning.</param>
    /// <param name="words">Finds by words, in the same store.</param>
    /// <param name="weights">How much each counts; learnt when null.</param>
    /// <exception cref="ArgumentException">The two search different stores.</exception>
    public HybridIndex(SemanticIndex meaning, LexicalIndex words, HybridWeights? weights = null)
    {
        ArgumentNullException.ThrowIfNull(meaning);
        ArgumentNullException.ThrowIfNull(words);
        if (meaning.Store != words.Store)
        {
            throw new ArgumentException("Words and meaning are searched in different stores: open both over one.", nameof(words));
        }

        (_meaning, _words) = (meaning, words);
        _weights = new Lazy<HybridWeights>(() => weights ?? Learnt());
    }

    /// <summary>How much words and meaning count: as given, or learnt from the documents when first asked for.</summary>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public HybridWeights Weights => _weights.Value;

    /// <summary>Finds documents by meaning and by words.</summary>
    /// <param name="query">The question; nothing in it is a sign.</param>
    /// <param name="count">How many to find at most; at least 1.</param>
    /// <param name="options">How the vectors are searched, and which documents may be found.</param>
    /// <param name="cancellationToken">Stops while encoding and searching.</param>
    /// <returns>Documents best first; scores as <see cref="HybridWeights.Fuse"/> makes them.</returns>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<SearchHit> Search(string query, int count, VectorSearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return SearchMany([query], count, options, cancellationToken)[0];
    }

    /// <summary>Finds documents for several questions.</summary>
    /// <inheritdoc cref="Search"/>
    /// <param name="queries">The questions.</param>
    /// <param name="count">How many to find at most for each; at least 1.</param>
    /// <param name="options">How the vectors are searched, and which documents may be found.</param>
    /// <param name="cancellationToken">Stops while encoding and searching.</param>
    public IReadOnlyList<SearchHit>[] SearchMany(
        IReadOnlyList<string> queries, int count, VectorSearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        return
        [
            .. FindMany(queries, _meaning.Encoder.EncodeQueries(queries, cancellationToken), count, options ?? VectorSearchOptions.Default, weights: null, cancellationToken)
                .Select(hits => hits.Select(hit => new SearchHit(hit.Document, hit.Score)).ToArray()),
        ];
    }

    /// <summary>Finds documents for a question whose vector is known, and tells how each was found.</summary>
    /// <param name="query">The question; nothing in it is a sign.</param>
    /// <param name="vector">Its vector `[dimension]`.</param>
    /// <param name="count">How many to find at most; at least 1.</param>
    /// <param name="options">How the vectors are searched, and which documents may be found; the defaults when null.</param>
    /// <param name="weights">How much words and meaning count this time; <see cref="Weights"/> when null.</param>
    /// <param name="cancellationToken">Stops while searching.</param>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<ExplainedHit> Find(
        string query, float[] vector, int count, VectorSearchOptions? options = null, HybridWeights? weights = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(vector);
        return FindMany([query], [vector], count, options ?? VectorSearchOptions.Default, weights, cancellationToken)[0];
    }

    private IReadOnlyList<ExplainedHit>[] FindMany(
        IReadOnlyList<string> queries, float[][] vectors, int count, VectorSearchOptions options, HybridWeights? weights, CancellationToken cancellationToken)
    {
        int reach = options.Reach(count), depth = Math.Max(HybridWeights.Depth, reach);
        VectorSearchOptions first = options with { Offset = 0 };
        IReadOnlyList<SearchHit>[] byMeaning = _meaning.Vectors.SearchMany(vectors, depth, first, cancellationToken);
        IReadOnlyList<SearchHit>[] byWords = _words.SearchMany(queries, depth, first, cancellationToken);
        return [.. byWords.Zip(byMeaning, (words, meaning) => Fuse(weights ?? Weights, words, meaning).Skip(options.Offset).Take(count).ToArray())];
    }

    private static IEnumerable<ExplainedHit> Fuse(HybridWeights weights, IReadOnlyList<SearchHit> words, IReadOnlyList<SearchHit> meaning)
    {
        Dictionary<string, Document> documents = new(StringComparer.Ordinal);
        foreach (SearchHit hit in words.Concat(meaning))
        {
            documents.TryAdd(hit.Document.Id, hit.Document);
        }

        Dictionary<string, int> wordRanks = Ranks(words), meaningRanks = Ranks(meaning);
        foreach ((ScoredDocument found, double? byWords, double? byMeaning) in weights.FuseParts(Ranking(words), Ranking(meaning)))
        {
            yield return new ExplainedHit(documents[found.DocumentId], (float)found.Score)
            {
                Words = Part(wordRanks, words, found.DocumentId, byWords),
                Meaning = Part(meaningRanks, meaning, found.DocumentId, byMeaning),
            };
        }

        static Dictionary<string, int> Ranks(IReadOnlyList<SearchHit> hits) => hits.Index().ToDictionary(hit => hit.Item.Document.Id, hit => hit.Index, StringComparer.Ordinal);

        static RankedScore? Part(Dictionary<string, int> ranks, IReadOnlyList<SearchHit> hits, string id, double? share) =>
            ranks.TryGetValue(id, out int rank) ? new RankedScore(rank + 1, hits[rank].Score, (float)share!.Value) : null; // a document without a word has a share of nothing
    }

    private static IReadOnlyList<ScoredDocument> Ranking(IReadOnlyList<SearchHit> hits) => [.. hits.Select(hit => new ScoredDocument(hit.Document.Id, hit.Score))];

    private HybridWeights Learnt()
    {
        DocumentStore store = _meaning.Store;
        long count = store.Count;
        if (store.HybridWeights(_words.Fingerprint, count) is { } kept)
        {
            return kept;
        }

        IReadOnlyList<SelfMadeQuery> queries = SelfMadeQuery.Of(store.Sample(HybridWeights.QueryCount));
        string[] texts = [.. queries.Select(query => query.Text)];
        HybridWeights learnt = HybridWeights.Learn(queries, Ids(_words.SearchMany(texts, HybridWeights.LearningDepth)), Ids(_meaning.SearchMany(texts, HybridWeights.LearningDepth)));
        try
        {
            store.KeepHybridWeights(_words.Fingerprint, count, learnt);
        }
        catch (Exception error) when (error is IndexBusyException or IndexStorageException)
        {
            // Another process writes, or none can: the next search learns again.
        }

        return learnt;

        static IReadOnlyList<string>[] Ids(IReadOnlyList<SearchHit>[] answers) => Array.ConvertAll(answers, hits => (IReadOnlyList<string>)[.. hits.Select(hit => hit.Document.Id)]);
    }
}

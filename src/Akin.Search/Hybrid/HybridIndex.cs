using Akin.Search.Graph;
using Akin.Search.Lexical;
using Akin.Search.Lexical.Queries;
using Akin.Search.Storage;
using Akin.Search.Vectors;

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
    /// <returns>Documents best first; a score is the weighted sum of BM25 and of nearness in deviations (docs/search.md).</returns>
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
        int depth = Math.Max(HybridScore.Depth, options.Reach(count));
        KeySet? rows = options.Filter is { } filter ? _meaning.Store.RowsOf(filter, cancellationToken) : null;
        VectorSearchOptions narrowed = options with { Filter = null, Rows = rows };
        RowScore[]?[] byMeaning = _meaning.Vectors.SearchRows(vectors, depth, narrowed, cancellationToken);
        RowHit[]?[] byWords = _words.SearchRows(queries, depth, rows is null ? null : rows.Contains, cancellationToken);
        IReadOnlyList<ExplainedHit>[] answers = new IReadOnlyList<ExplainedHit>[queries.Count];
        for (int i = 0; i < answers.Length; i++)
        {
            int query = i;
            answers[i] = _meaning.Store.WithDocuments(Found, row => row.Row, (row, document) => row.Hit(document));

            FusedRow[] Found()
            {
                RowHit[] words = byWords[query] ?? _words.SearchRows([queries[query]], depth, rows is null ? null : rows.Contains, cancellationToken)[0];
                RowScore[] meaning = byMeaning[query] ?? _meaning.Vectors.SearchRows([vectors[query]], depth, narrowed, cancellationToken)[0];
                (byWords[query], byMeaning[query]) = (null, null);
                return [.. Fuse(weights ?? Weights, queries[query], vectors[query], words, meaning, cancellationToken).Skip(options.Offset).Take(count)];
            }
        }

        return answers;
    }

    /// <summary>All rows that words or meaning found, best first. What one of them did not find gets its score there too.</summary>
    private IEnumerable<FusedRow> Fuse(HybridWeights weights, string query, float[] vector, RowHit[] words, RowScore[] meaning, CancellationToken cancellationToken)
    {
        HybridScore score = new(weights, words, meaning);
        Dictionary<long, FusedRow> fused = [];
        for (int i = 0; i < words.Length; i++)
        {
            Row(words[i].Row).Words = new RankedScore(i + 1, (float)words[i].Score, (float)score.OfWords(words[i].Score));
        }

        for (int i = 0; i < meaning.Length; i++)
        {
            Row(meaning[i].Row).Meaning = new RankedScore(i + 1, meaning[i].Score, (float)score.OfMeaning(meaning[i].Score));
        }

        long[] onlyWords = [.. fused.Values.Where(row => row.Meaning is null).Select(row => row.Row)];
        if (onlyWords.Length > 0)
        {
            VectorSearchOptions these = new() { Rows = new KeySet(onlyWords) };
            foreach (RowScore row in _meaning.Vectors.SearchRows([vector], onlyWords.Length, these, cancellationToken)[0])
            {
                fused[row.Row].Meaning = new RankedScore(null, row.Score, (float)score.OfMeaning(row.Score));
            }
        }

        long[] onlyMeaning = [.. fused.Values.Where(row => row.Words is null).Select(row => row.Row).Order()];
        foreach (RowHit row in _words.ScoreRows(LexicalQuery.Words(query), onlyMeaning, cancellationToken))
        {
            fused[row.Row].Words = new RankedScore(null, (float)row.Score, (float)score.OfWords(row.Score));
        }

        return fused.Values.OrderByDescending(row => row.Score).ThenBy(row => row.BestRank).ThenBy(row => row.Row);

        FusedRow Row(long row)
        {
            if (!fused.TryGetValue(row, out FusedRow? known))
            {
                fused.Add(row, known = new FusedRow(row));
            }

            return known;
        }
    }

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

    /// <summary>A row with what both searches say of it.</summary>
    private sealed class FusedRow(long row)
    {
        public long Row => row;

        public RankedScore? Words { get; set; }

        public RankedScore? Meaning { get; set; }

        public float Score => (Words?.Share ?? 0) + (Meaning?.Share ?? 0);

        public int BestRank => Math.Min(Words?.Rank ?? int.MaxValue, Meaning?.Rank ?? int.MaxValue);

        public ExplainedHit Hit(Document document) => new(document, Score) { Words = Words, Meaning = Meaning };
    }
}

using Akin.Kernels;
using Akin.Search.Filters;
using Akin.Search.Graph;
using Akin.Search.Lexical.Queries;
using Akin.Search.Storage;

namespace Akin.Search.Lexical;

/// <summary>
/// Search by words over the documents of a store: BM25 over postings in a mapped file derived from the store. What was written since that file was made is read from
/// the store into memory, so an answer always includes every acknowledged write, of this process and of others.
/// </summary>
/// <remarks>
/// Thread-safe. Hits with equal scores are ordered by when they were added, earlier first. Scores depend on what is stored alone: not on deleted documents, nor on how
/// documents are spread over file and memory.
/// </remarks>
public sealed partial class LexicalIndex : IDisposable
{
    // Of the kinds of derived files; behind it stands the fingerprint of the options.
    private const string KindPrefix = "postings-";

    private static readonly SearchOptions Everything = new();

    private readonly DocumentStore _store;
    private readonly LexicalOptions _options;
    private readonly WorkerPool _pool;
    private readonly Lazy<string> _fingerprint; // it takes the analyser to work, which a search by meaning has no use for
    private readonly DocumentFields _fields;
    private readonly Lock _gate = new();

    /// <summary>Opens the words of a store. The store stays the caller's and must outlive this.</summary>
    /// <param name="store">The store.</param>
    /// <param name="options">What is searched and how it is weighed; null for the defaults.</param>
    /// <param name="pool">The threads that analyse documents and answer several queries; <see cref="WorkerPool.Shared"/> when null.</param>
    /// <exception cref="ArgumentException">The options make no sense.</exception>
    public LexicalIndex(DocumentStore store, LexicalOptions? options = null, WorkerPool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _options = options ?? new LexicalOptions();
        _options.Check();
        _store = store;
        _pool = pool ?? WorkerPool.Shared;
        _fingerprint = new Lazy<string>(_options.Fingerprint);
        _fields = new DocumentFields(_options);
        _snapshot = new LexicalSnapshot([], _options);
    }

    /// <summary>What was wrong with the postings file when it was last opened, or <see langword="null"/>: the documents were read from the store instead.</summary>
    public string? Damage { get; private set; }

    /// <summary>Documents that the postings file in use covers, deleted ones included; 0 when there is none.</summary>
    internal int MappedCount => _mapped?.DocumentCount ?? 0;

    private string DerivedKind => KindPrefix + Fingerprint;

    /// <summary>The store that is searched.</summary>
    internal DocumentStore Store => _store;

    /// <summary>Tells apart what is searched, not how it is weighed.</summary>
    internal string Fingerprint => _fingerprint.Value;

    /// <summary>Finds the documents that share words with a text. Nothing in the text is a sign; see <see cref="LexicalQuery.Parse"/> for queries with signs.</summary>
    /// <param name="text">The text.</param>
    /// <param name="count">How many to find at most; at least 1.</param>
    /// <returns>Documents with their scores, best first; fewer than <paramref name="count"/> only when fewer share a word.</returns>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<SearchHit> Search(string text, int count) => Search(LexicalQuery.Words(text), count);

    /// <summary>Finds the documents that match a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="count">How many to find at most; at least 1.</param>
    /// <param name="cancellationToken">Stops between segments.</param>
    /// <returns>Documents with their scores, best first; fewer than <paramref name="count"/> only when fewer match.</returns>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<SearchHit> Search(LexicalQuery query, int count, CancellationToken cancellationToken = default) =>
        Search(query, count, Everything, cancellationToken);

    /// <summary>Finds the documents that match a query among those that fulfil a filter.</summary>
    /// <param name="query">The query.</param>
    /// <param name="count">How many to find at most; at least 1.</param>
    /// <param name="filter">What the documents must fulfil.</param>
    /// <param name="cancellationToken">Stops between segments.</param>
    /// <returns>Documents with their scores, best first; fewer than <paramref name="count"/> only when fewer match.</returns>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<SearchHit> Search(LexicalQuery query, int count, DocumentFilter filter, CancellationToken cancellationToken = default) =>
        Search(query, count, new SearchOptions { Filter = filter }, cancellationToken);

    /// <summary>Finds the documents that match a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="count">How many to find at most; at least 1.</param>
    /// <param name="options">Which documents may be found, and which page of them is wanted.</param>
    /// <param name="cancellationToken">Stops between segments.</param>
    /// <returns>Documents with their scores, best first; fewer than <paramref name="count"/> only when fewer match.</returns>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<SearchHit> Search(LexicalQuery query, int count, SearchOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        int reach = options.Reach(count);
        Func<long, bool>? accepts = options.Filter is { } filter ? _store.RowsOf(filter, cancellationToken).Contains : null;
        return _store.WithDocuments(
            () => SearchRows(query, reach, accepts, cancellationToken).Skip(options.Offset).ToArray(), hit => hit.Row, (hit, document) => new SearchHit(document, (float)hit.Score));
    }

    /// <summary>The values of a field with how many of the documents that match a query have each, the most frequent first; of a list every value counts.</summary>
    /// <param name="query">The query.</param>
    /// <param name="field">The field as a filter names it, such as <c>lang</c> or <c>maker.name</c>.</param>
    /// <param name="filter">What the documents must fulfil besides; nothing when null.</param>
    /// <param name="cancellationToken">Stops between segments and documents.</param>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<FacetValue> Facet(LexicalQuery query, string field, DocumentFilter? filter = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(field);
        Func<long, bool>? accepts = filter is null ? null : _store.RowsOf(filter, cancellationToken).Contains;
        KeySet rows = new(SearchRows(query, Array.MaxLength, accepts, cancellationToken).Select(hit => hit.Row));
        return _store.FacetOf(field, rows, cancellationToken);
    }

    /// <summary>Finds the documents that share words with each of several texts, on all threads.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="count">How many to find at most for each; at least 1.</param>
    /// <param name="cancellationToken">Stops between texts.</param>
    /// <returns>One list for each text, as <see cref="Search(string, int)"/> gives it.</returns>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<SearchHit>[] SearchMany(IReadOnlyList<string> texts, int count, CancellationToken cancellationToken = default) =>
        SearchMany(texts, count, Everything, cancellationToken);

    /// <inheritdoc cref="SearchMany(IReadOnlyList{string}, int, CancellationToken)"/>
    /// <param name="texts">The texts.</param>
    /// <param name="count">How many to find at most for each; at least 1.</param>
    /// <param name="options">Which documents may be found, and which page of them is wanted.</param>
    /// <param name="cancellationToken">Stops between texts.</param>
    public IReadOnlyList<SearchHit>[] SearchMany(IReadOnlyList<string> texts, int count, SearchOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<SearchHit>[] answers = new IReadOnlyList<SearchHit>[texts.Count];
        SearchBody body = new(this, texts, count, options, answers, cancellationToken);
        _pool.For(answers.Length, ref body);
        return answers;
    }

    /// <summary>Unmaps the postings file, once the searches that use it have ended.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                _mapped?.Bytes.Dispose();
                _mapped = null;
                _snapshot = new LexicalSnapshot([], _options);
            }
        }
    }

    /// <summary>Finds rows with their scores in double precision.</summary>
    /// <param name="query">The query.</param>
    /// <param name="count">How many to find at most; at least 1.</param>
    /// <param name="accepts">Which rows may be found; null for all.</param>
    /// <param name="cancellationToken">Stops between segments.</param>
    internal RowHit[] SearchRows(LexicalQuery query, int count, Func<long, bool>? accepts, CancellationToken cancellationToken) =>
        SearchRows(query, count, accepts, isExhaustive: false, cancellationToken);

    /// <summary>The same; without passing over documents that cannot be among the best, if that is wanted for comparison.</summary>
    internal RowHit[] SearchRows(LexicalQuery query, int count, Func<long, bool>? accepts, bool isExhaustive, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return OnSnapshot(
            (snapshot, compiler) =>
            {
                TopHits hits = new(count);
                if (query is WordsQuery words && !isExhaustive)
                {
                    BlockMaxSearch.Run(snapshot, compiler.Weighted(words.Text), compiler.Floor(words), accepts, hits, cancellationToken);
                }
                else
                {
                    MatchingSearch.Run(snapshot, compiler, query, accepts, hits, cancellationToken);
                }

                return hits.Drain();
            },
            cancellationToken);
    }

    /// <summary>The best rows of each of several texts, on all threads.</summary>
    internal RowHit[][] SearchRows(IReadOnlyList<string> texts, int count, Func<long, bool>? accepts, CancellationToken cancellationToken)
    {
        RowHit[][] answers = new RowHit[texts.Count][];
        RowsBody body = new(this, texts, count, accepts, answers, cancellationToken);
        _pool.For(answers.Length, ref body);
        return answers;
    }

    /// <summary>Scores rows that were found otherwise; those that do not match are not in the answer.</summary>
    /// <param name="query">The query.</param>
    /// <param name="rows">The rows, ascending.</param>
    /// <param name="cancellationToken">Stops between segments.</param>
    internal IReadOnlyList<RowHit> ScoreRows(LexicalQuery query, IReadOnlyList<long> rows, CancellationToken cancellationToken) =>
        OnSnapshot((snapshot, compiler) => MatchingSearch.Score(snapshot, compiler, query, rows, cancellationToken), cancellationToken);

    private T OnSnapshot<T>(Func<LexicalSnapshot, QueryCompiler, T> use, CancellationToken cancellationToken)
    {
        LexicalSnapshot snapshot;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            Refresh(cancellationToken);
            snapshot = _snapshot;
            snapshot.Retain();
        }

        try
        {
            return use(snapshot, new QueryCompiler(snapshot, _options));
        }
        finally
        {
            snapshot.Release();
        }
    }

    private readonly struct SearchBody(
        LexicalIndex index, IReadOnlyList<string> texts, int count, SearchOptions options, IReadOnlyList<SearchHit>[] answers, CancellationToken cancellationToken) : IParallelBody
    {
        public void Execute(int taskIndex)
        {
            cancellationToken.ThrowIfCancellationRequested();
            answers[taskIndex] = index.Search(LexicalQuery.Words(texts[taskIndex]), count, options, cancellationToken);
        }
    }

    private readonly struct RowsBody(
        LexicalIndex index, IReadOnlyList<string> texts, int count, Func<long, bool>? accepts, RowHit[][] answers, CancellationToken cancellationToken) : IParallelBody
    {
        public void Execute(int taskIndex)
        {
            cancellationToken.ThrowIfCancellationRequested();
            answers[taskIndex] = index.SearchRows(LexicalQuery.Words(texts[taskIndex]), count, accepts, cancellationToken);
        }
    }
}

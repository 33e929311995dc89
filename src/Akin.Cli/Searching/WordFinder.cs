using Akin.Search;
using Akin.Search.Lexical;
using Akin.Search.Storage;

namespace Akin.Cli.Searching;

/// <summary>Finds documents by the words of the query.</summary>
internal sealed class WordFinder(DocumentStore store, LexicalOptions options, int top, SearchOptions selection) : Finder
{
    private const int HighlightLength = 200;

    private readonly LexicalIndex _index = new(store, options);
    private readonly LexicalHighlighter _highlighter = new(options.Scoring.Analyzer);

    public LexicalIndex Index => _index;

    protected override SearchOptions Selection => selection;

    protected override string NothingAtAll => "No document has these words.";

    public override IReadOnlyList<SearchHit> Find(string query, CancellationToken cancellation) => _index.Search(LexicalQuery.Parse(query), top, selection, cancellation);

    public override IReadOnlyList<SearchHit>[] FindMany(IReadOnlyList<string> queries, CancellationToken cancellation) => _index.SearchMany(queries, top, selection, cancellation);

    public override IReadOnlyList<FacetValue> Facet(string query, string field, CancellationToken cancellation) =>
        _index.Facet(LexicalQuery.Parse(query), field, selection.Filter, cancellation);

    public override string Passage(string query, Document document) => Passage(LexicalQuery.Parse(query), document);

    public override string Highlight(string query, Document document) => Highlight(LexicalQuery.Parse(query), document);

    public string Passage(LexicalQuery query, Document document) => _highlighter.Snippet(document.EmbeddingText, query, HighlightLength);

    public string Highlight(LexicalQuery query, Document document) => _highlighter.Snippet(document.EmbeddingText, query, HighlightLength, "<em>", "</em>");

    /// <summary>Keeps the postings, so that the next search need not read all documents.</summary>
    public override string? Finish()
    {
        string? damage = _index.Damage;
        try
        {
            _index.Publish();
        }
        catch (IndexStorageException error)
        {
            return damage ?? error.Message;
        }

        return damage;
    }

    public override void Dispose() => _index.Dispose();
}

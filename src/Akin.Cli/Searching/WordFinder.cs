using Akin.Search;
using Akin.Search.Lexical;
using Akin.Search.Storage;

namespace Akin.Cli.Searching;

/// <summary>Finds documents by the words of the query.</summary>
internal sealed class WordFinder(DocumentStore store, LexicalOptions options, int top) : Finder
{
    private const int HighlightLength = 200;

    private readonly LexicalIndex _index = new(store, options);
    private readonly LexicalHighlighter _highlighter = new(options.Scoring.Analyzer);

    public override string NothingFound => "No document has these words.";

    public override IReadOnlyList<SearchHit> Find(string query, CancellationToken cancellation) => _index.Search(LexicalQuery.Parse(query), top, cancellation);

    public override IReadOnlyList<SearchHit>[] FindMany(IReadOnlyList<string> queries, CancellationToken cancellation) => _index.SearchMany(queries, top, cancellation);

    public override string Passage(string query, Document document) => _highlighter.Snippet(document.EmbeddingText, LexicalQuery.Parse(query), HighlightLength);

    public override string Highlight(string query, Document document) =>
        _highlighter.Snippet(document.EmbeddingText, LexicalQuery.Parse(query), HighlightLength, "<em>", "</em>");

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

using Akin.Search;
using Akin.Search.Hybrid;
using Akin.Search.Lexical;

namespace Akin.Cli.Searching;

/// <summary>Finds documents by meaning and by words.</summary>
internal sealed class HybridFinder : Finder
{
    private readonly MeaningFinder _meaning;
    private readonly WordFinder _words;
    private readonly HybridIndex _index;
    private readonly int _top;
    private readonly VectorSearchOptions _options;

    public HybridFinder(SemanticIndex meaning, LexicalOptions words, HybridWeights? weights, int top, VectorSearchOptions options)
    {
        (_top, _options) = (top, options);
        _meaning = new MeaningFinder(meaning, top, options);
        _words = new WordFinder(meaning.Store, words, top, options);
        _index = new HybridIndex(meaning, _words.Index, weights);
    }

    protected override SearchOptions Selection => _options;

    protected override string NothingAtAll => "The index is empty.";

    public override IReadOnlyList<SearchHit> Find(string query, CancellationToken cancellation) => _index.Search(query, _top, _options, cancellation);

    public override IReadOnlyList<SearchHit>[] FindMany(IReadOnlyList<string> queries, CancellationToken cancellation) => _index.SearchMany(queries, _top, _options, cancellation);

    public override IReadOnlyList<FacetValue> Facet(string query, string field, CancellationToken cancellation) => _meaning.Facet(query, field, cancellation);

    public override string Passage(string query, Document document) => _words.Passage(LexicalQuery.Words(query), document);

    public override string Highlight(string query, Document document) => _words.Highlight(LexicalQuery.Words(query), document);

    public override string? Finish()
    {
        string? meaning = _meaning.Finish();
        return _words.Finish() ?? meaning;
    }

    public override void Dispose()
    {
        _words.Dispose();
        _meaning.Dispose();
    }
}

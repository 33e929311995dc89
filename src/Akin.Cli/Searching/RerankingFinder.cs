using Akin.Search;
using Akin.Search.Ranking;

namespace Akin.Cli.Searching;

/// <summary>Puts what another finder found in the order of a model that reads query and document together.</summary>
/// <param name="found">Finds the documents to read, from the first on.</param>
/// <param name="scorer">Reads them.</param>
/// <param name="top">How many are wanted.</param>
/// <param name="selection">Which documents may be found, and which page of them is wanted.</param>
internal sealed class RerankingFinder(Finder found, IPairScorer scorer, int top, SearchOptions selection) : Finder
{
    protected override SearchOptions Selection => selection;

    protected override string NothingAtAll => found.NothingFound;

    public override IReadOnlyList<SearchHit> Find(string query, CancellationToken cancellation) => Ordered(query, found.Find(query, cancellation), cancellation);

    public override IReadOnlyList<SearchHit>[] FindMany(IReadOnlyList<string> queries, CancellationToken cancellation) =>
        [.. queries.Zip(found.FindMany(queries, cancellation), (query, hits) => Ordered(query, hits, cancellation))];

    public override IReadOnlyList<FacetValue> Facet(string query, string field, CancellationToken cancellation) => found.Facet(query, field, cancellation);

    public override string Passage(string query, Document document) => found.Passage(query, document);

    public override string? Highlight(string query, Document document) => found.Highlight(query, document);

    public override string? Finish() => found.Finish();

    public override void Dispose() => found.Dispose();

    private IReadOnlyList<SearchHit> Ordered(string query, IReadOnlyList<SearchHit> hits, CancellationToken cancellation) =>
        [.. HitReranking.Rerank(query, hits, scorer, cancellation).Skip(selection.Offset).Take(top)];
}

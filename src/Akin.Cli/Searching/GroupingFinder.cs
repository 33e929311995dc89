using Akin.Search;
using Akin.Search.Passages;

namespace Akin.Cli.Searching;

/// <summary>Shows of every document the best passage, with the document's score.</summary>
/// <param name="found">Finds passages, from the first on.</param>
/// <param name="score">What becomes of the scores of a document's passages.</param>
/// <param name="top">How many documents are wanted.</param>
/// <param name="selection">Which documents may be found, and which page of them is wanted.</param>
internal sealed class GroupingFinder(Finder found, PassageScore score, int top, SearchOptions selection) : Finder
{
    protected override SearchOptions Selection => selection;

    protected override string NothingAtAll => found.NothingFound;

    public override IReadOnlyList<SearchHit> Find(string query, CancellationToken cancellation) => Grouped(found.Find(query, cancellation));

    public override IReadOnlyList<SearchHit>[] FindMany(IReadOnlyList<string> queries, CancellationToken cancellation) => Array.ConvertAll(found.FindMany(queries, cancellation), Grouped);

    public override IReadOnlyList<FacetValue> Facet(string query, string field, CancellationToken cancellation) => found.Facet(query, field, cancellation);

    public override string Passage(string query, Document document) => found.Passage(query, document);

    public override string? Highlight(string query, Document document) => found.Highlight(query, document);

    public override string? Finish() => found.Finish();

    public override void Dispose() => found.Dispose();

    private IReadOnlyList<SearchHit> Grouped(IReadOnlyList<SearchHit> hits) =>
        [.. PassageGroup.Of(hits, score).Skip(selection.Offset).Take(top).Select(group => group.Passages[0] with { Score = group.Score })];
}

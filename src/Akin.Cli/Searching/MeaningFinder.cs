using Akin.Search;

namespace Akin.Cli.Searching;

/// <summary>Finds documents whose vectors are near to that of the query.</summary>
internal sealed class MeaningFinder(SemanticIndex index, int top, VectorSearchOptions options) : Finder
{
    protected override SearchOptions Selection => options;

    protected override string NothingAtAll => "The index is empty.";

    public override IReadOnlyList<SearchHit> Find(string query, CancellationToken cancellation) => FindMany([query], cancellation)[0];

    public override IReadOnlyList<SearchHit>[] FindMany(IReadOnlyList<string> queries, CancellationToken cancellation) =>
        index.SearchMany(queries, top, options, cancellation);

    /// <summary>Every document that fulfils the filter is near or far.</summary>
    public override IReadOnlyList<FacetValue> Facet(string query, string field, CancellationToken cancellation) => index.Store.Facet(field, options.Filter, cancellation);

    public override string? Finish() => index.Vectors.Damage;

    public override void Dispose() => index.Dispose();
}

using Akin.Search;

namespace Akin.Cli.Searching;

/// <summary>Finds documents whose vectors are near to that of the query.</summary>
internal sealed class MeaningFinder(SemanticIndex index, int top, VectorSearchOptions options) : Finder
{
    public override string NothingFound => "The index is empty.";

    public override IReadOnlyList<SearchHit> Find(string query, CancellationToken cancellation) => FindMany([query], cancellation)[0];

    public override IReadOnlyList<SearchHit>[] FindMany(IReadOnlyList<string> queries, CancellationToken cancellation) =>
        index.SearchMany(queries, top, options, cancellation);

    public override string? Finish() => index.Vectors.Damage;

    public override void Dispose() => index.Dispose();
}

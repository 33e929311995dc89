using Akin.Search;

namespace Akin.Cli.Searching;

/// <summary>Finds documents of a store on a server, by meaning where there is a model and by words otherwise.</summary>
internal sealed class ServerFinder(IVectorStore store, IEncoder? model, int top, VectorSearchOptions options) : Finder
{
    protected override SearchOptions Selection => options;

    protected override string NothingAtAll => model is null ? "No document has these words." : "The index is empty.";

    public override IReadOnlyList<SearchHit> Find(string query, CancellationToken cancellation) => FindMany([query], cancellation)[0];

    public override IReadOnlyList<SearchHit>[] FindMany(IReadOnlyList<string> queries, CancellationToken cancellation) => model is null
        ? store.SearchWords(queries, top, options, cancellation)
        : store.SearchVectors(model.EncodeQueries(queries, cancellation), top, options, cancellation);

    public override IReadOnlyList<FacetValue> Facet(string query, string field, CancellationToken cancellation) =>
        throw new CommandException("--facet counts in an index in a folder; one on a server is asked in SQL.");

    public override string? Finish() => null;

    public override void Dispose() => store.Dispose();
}

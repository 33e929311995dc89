using Akin.Search;

namespace Akin.Cli.Searching;

/// <summary>An index with how it is to be searched.</summary>
internal abstract class Finder : IDisposable
{
    /// <summary>What to say when there are no hits.</summary>
    public string NothingFound =>
        Selection.Offset > 0 ? "There are no more documents."
        : Selection.Filter is not null ? $"{NothingAtAll} (Or none that fulfils the filter.)"
        : NothingAtAll;

    /// <summary>Which documents may be found, and which page of them is wanted.</summary>
    protected abstract SearchOptions Selection { get; }

    /// <summary>What to say when there are no hits though every document may be one.</summary>
    protected abstract string NothingAtAll { get; }

    /// <summary>Answers a query that a person typed.</summary>
    public abstract IReadOnlyList<SearchHit> Find(string query, CancellationToken cancellation);

    /// <summary>Answers queries of a file.</summary>
    public abstract IReadOnlyList<SearchHit>[] FindMany(IReadOnlyList<string> queries, CancellationToken cancellation);

    /// <summary>The values of a field with how many of the documents that a query chooses from have each.</summary>
    public abstract IReadOnlyList<FacetValue> Facet(string query, string field, CancellationToken cancellation);

    /// <summary>The part of a document to show.</summary>
    public virtual string Passage(string query, Document document) => document.EmbeddingText;

    /// <summary>The part of a document's text that matches best, matches marked; null when matches are no places.</summary>
    public virtual string? Highlight(string query, Document document) => null;

    /// <summary>What is to be done when all is answered.</summary>
    /// <returns>What the person should know, or null.</returns>
    public abstract string? Finish();

    public abstract void Dispose();
}

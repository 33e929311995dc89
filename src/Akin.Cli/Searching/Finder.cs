using Akin.Search;

namespace Akin.Cli.Searching;

/// <summary>An index with how it is to be searched.</summary>
internal abstract class Finder : IDisposable
{
    /// <summary>What to say when there are no hits.</summary>
    public abstract string NothingFound { get; }

    /// <summary>Answers a query that a person typed.</summary>
    public abstract IReadOnlyList<SearchHit> Find(string query, CancellationToken cancellation);

    /// <summary>Answers queries of a file.</summary>
    public abstract IReadOnlyList<SearchHit>[] FindMany(IReadOnlyList<string> queries, CancellationToken cancellation);

    /// <summary>The part of a document to show.</summary>
    public virtual string Passage(string query, Document document) => document.EmbeddingText;

    /// <summary>The part of a document's text that matches best, matches marked; null when matches are no places.</summary>
    public virtual string? Highlight(string query, Document document) => null;

    /// <summary>What is to be done when all is answered.</summary>
    /// <returns>What the person should know, or null.</returns>
    public abstract string? Finish();

    public abstract void Dispose();
}

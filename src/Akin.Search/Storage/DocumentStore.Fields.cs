using Akin.Search.Filters;
using Akin.Search.Graph;

namespace Akin.Search.Storage;

/// <summary>Documents by their fields.</summary>
public sealed partial class DocumentStore
{
    // One person pages through one filter, one program asks the same one again and again: the last answer is worth keeping.
    private FilterAnswer? _lastAnswer;

    /// <summary>The documents that fulfil a filter, in the order they were added. A document deleted meanwhile is passed over.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="cancellationToken">Stops between documents.</param>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IEnumerable<Document> Find(DocumentFilter filter, CancellationToken cancellationToken = default)
    {
        const int PageSize = 256;
        ArgumentNullException.ThrowIfNull(filter);
        return RowsOf(filter, cancellationToken).Keys.Chunk(PageSize).SelectMany(rows => FindRows(rows)).OfType<Document>();
    }

    /// <summary>How many documents fulfil a filter.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="cancellationToken">Stops between documents.</param>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public long CountOf(DocumentFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return RowsOf(filter, cancellationToken).Count;
    }

    /// <summary>The values of a field with how many documents have each, the most frequent first; of a list every value counts.</summary>
    /// <param name="field">The field as a filter names it, such as <c>lang</c> or <c>maker.name</c>.</param>
    /// <param name="filter">Which documents count; all when null.</param>
    /// <param name="cancellationToken">Stops between documents.</param>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<FacetValue> Facet(string field, DocumentFilter? filter = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(field);
        return FacetOf(field, filter is null ? null : RowsOf(filter, cancellationToken), cancellationToken);
    }

    /// <summary>The rows whose documents fulfil a filter; not to be changed.</summary>
    internal KeySet RowsOf(DocumentFilter filter, CancellationToken cancellationToken)
    {
        // Read before the view is taken: a commit between the two makes the answer look old, never new.
        long version = DataVersion;
        if (_lastAnswer is { } last && last.Version == version && last.Filter == filter.ToString())
        {
            return last.Rows;
        }

        using StoreReader reader = OpenReader();
        KeySet rows = reader.RowsOf(filter, cancellationToken);
        _lastAnswer = new FilterAnswer(filter.ToString(), version, rows);
        return rows;
    }

    internal IReadOnlyList<FacetValue> FacetOf(string field, KeySet? rows, CancellationToken cancellationToken)
    {
        using StoreReader reader = OpenReader();
        return reader.FacetOf(field, rows, cancellationToken);
    }

    private sealed record FilterAnswer(string Filter, long Version, KeySet Rows);
}

using Akin.Search.Filters;
using Microsoft.Data.Sqlite;

namespace Akin.Search.Storage;

/// <summary>What a program shows of a store: pages of documents, the names of their fields, a sample.</summary>
public sealed partial class DocumentStore
{
    /// <summary>A page of the documents in the order they were added.</summary>
    /// <param name="offset">How many are passed over.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="filter">What they must fulfil; nothing when null.</param>
    /// <param name="cancellationToken">Stops between documents.</param>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<Document> Page(long offset, int count, DocumentFilter? filter = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (filter is not null)
        {
            long[] rows = [.. RowsOf(filter, cancellationToken).Keys.Skip((int)Math.Min(offset, int.MaxValue)).Take(count)];
            return [.. FindRows(rows).OfType<Document>()];
        }

        using StoreReader reader = OpenReader();
        return reader.Page(offset, count);
    }

    /// <summary>Tells which documents are there.</summary>
    /// <param name="ids">The identifiers to look up.</param>
    /// <returns>One answer per identifier, in the order given.</returns>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public bool[] Contains(IReadOnlyList<string> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return Read(connection =>
        {
            using SqliteCommand find = StoreDatabase.Command(connection, "SELECT 1 FROM documents WHERE id = $id", null, ("$id", SqliteType.Text));
            bool[] present = new bool[ids.Count];
            for (int i = 0; i < present.Length; i++)
            {
                find.Parameters["$id"].Value = ids[i];
                present[i] = find.ExecuteScalar() is not null;
            }

            return present;
        });
    }

    /// <summary>The fields that documents have, the most frequent first; those of documents with very many or unusual names of fields are not among them.</summary>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<FieldCount> FieldNames(CancellationToken cancellationToken = default)
    {
        using StoreReader reader = OpenReader();
        return reader.FieldNames(cancellationToken);
    }

    /// <summary>Documents with their vectors that stand at even distances in the order they were added; all of them where there are no more than wanted.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Stops between documents.</param>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IReadOnlyList<DocumentVector> SampleVectors(int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        using StoreReader reader = OpenReader();
        return reader.SampleEntries(count, cancellationToken);
    }
}

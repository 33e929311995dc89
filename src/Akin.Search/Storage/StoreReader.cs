using Akin.Search.Filters;
using Akin.Search.Graph;
using Microsoft.Data.Sqlite;

namespace Akin.Search.Storage;

/// <summary>One unchanging view of a store on a connection of its own: long reads here hold up nobody. Not thread-safe.</summary>
internal sealed class StoreReader : IDisposable
{
    private readonly DocumentStore _store;
    private readonly TimeSpan _busyTimeout;
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _view;

    public StoreReader(DocumentStore store, TimeSpan busyTimeout)
    {
        _store = store;
        _busyTimeout = busyTimeout;
        try
        {
            _connection = StoreDatabase.Connect(store.Folder, busyTimeout);
        }
        catch (Exception error) when (StoreDatabase.IsOfDatabase(error))
        {
            throw StoreDatabase.Translate(error, store.Folder, busyTimeout);
        }

        try
        {
            _view = _connection.BeginTransaction(deferred: true);
            // A deferred transaction takes its view with the first read.
            StoreDatabase.Scalar(_connection, "SELECT count(*) FROM facts", _view);
        }
        catch (Exception error) when (StoreDatabase.IsOfDatabase(error))
        {
            _connection.Dispose();
            throw StoreDatabase.Translate(error, store.Folder, busyTimeout);
        }
    }

    /// <summary>Rows whose number is above <paramref name="row"/>.</summary>
    public long CountAfter(long row) => Number("SELECT count(*) FROM vectors WHERE row > $bound", row);

    /// <summary>Throws unless there are so many documents whose row is above <paramref name="row"/>, each with its vector: rows can get lost where a database is damaged.</summary>
    /// <exception cref="IndexCorruptException">There are more or fewer.</exception>
    public void RequireCountAfter(long row, long count)
    {
        // Of all documents the identifiers alone are counted; the others lie together at the end of the table.
        string countDocuments = row == 0 ? "SELECT count(*) FROM documents WHERE $bound = 0" : "SELECT count(*) FROM documents NOT INDEXED WHERE row > $bound";
        long documents = Number(countDocuments, row), vectors = CountAfter(row);
        if (documents != count || vectors != count)
        {
            throw new IndexCorruptException(_store.Folder, $"after row {row} there are {documents} documents and {vectors} vectors, of which {count} can be read");
        }
    }

    /// <summary>The highest row number ever given, 0 when none was.</summary>
    public long LastRow => Number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'documents' AND seq > $bound", 0);

    /// <summary>The number of the newest deletion, 0 when none was ever made.</summary>
    public long LastDeletion => Number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'deletions' AND seq > $bound", 0);

    /// <summary>The current derived file of a kind, or <see langword="null"/>.</summary>
    public DerivedFile? Derived(string kind) => Run<DerivedFile?>(() =>
    {
        using SqliteCommand find = StoreDatabase.Command(
            _connection, "SELECT file, last_row, last_deletion FROM derived WHERE kind = $kind", _view, ("$kind", SqliteType.Text));
        find.Parameters["$kind"].Value = kind;
        using SqliteDataReader row = find.ExecuteReader();
        return row.Read() ? new DerivedFile(row.GetString(0), row.GetInt64(1), row.GetInt64(2)) : null;
    });

    /// <summary>The kinds that have a derived file.</summary>
    public List<string> DerivedKinds() => Run(() =>
    {
        using SqliteCommand find = StoreDatabase.Command(_connection, "SELECT kind FROM derived ORDER BY kind", _view);
        using SqliteDataReader row = find.ExecuteReader();
        List<string> kinds = [];
        while (row.Read())
        {
            kinds.Add(row.GetString(0));
        }

        return kinds;
    });

    /// <summary>How many documents there are.</summary>
    public long Count => CountAfter(0);

    /// <summary>How the vectors of the index are to be found.</summary>
    public VectorIndexSettings VectorSettings() => Run(() => _store.VectorSettingsOf(DocumentStore.ReadFacts(_connection, _view)));

    /// <summary>Rows deleted after a deletion, in the order they were deleted.</summary>
    public List<long> DeletedAfter(long deletion) => Run(() =>
    {
        using SqliteCommand find = StoreDatabase.Command(
            _connection,
            "SELECT row, EXISTS (SELECT 1 FROM vectors WHERE vectors.row = deletions.row) FROM deletions WHERE sequence > $bound ORDER BY sequence",
            _view,
            ("$bound", SqliteType.Integer));
        find.Parameters["$bound"].Value = deletion;
        using SqliteDataReader row = find.ExecuteReader();
        List<long> rows = [];
        while (row.Read())
        {
            rows.Add(!row.GetBoolean(1) ? row.GetInt64(0) : throw new IndexCorruptException(_store.Folder, $"row {row.GetInt64(0)} is said to be deleted and is there"));
        }

        return rows;
    });

    /// <summary>Hands every vector whose row is above <paramref name="row"/> to <paramref name="receive"/>, rows ascending.</summary>
    /// <param name="row">The row to begin after.</param>
    /// <param name="receive">Gets the row number and the vector; the vector's memory is used again for the next.</param>
    /// <param name="cancellationToken">Stops between vectors.</param>
    public void ReadVectorsAfter(long row, Action<long, float[]> receive, CancellationToken cancellationToken = default) => Run(() =>
    {
        using SqliteCommand find = StoreDatabase.Command(
            _connection, "SELECT row, vector, checksum FROM vectors WHERE row > $bound ORDER BY row", _view, ("$bound", SqliteType.Integer));
        find.Parameters["$bound"].Value = row;
        using SqliteDataReader reader = find.ExecuteReader();
        float[] vector = new float[_store.Facts.Dimension];
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _store.VectorOf(reader, vector);
            receive(reader.GetInt64(0), vector);
        }

        return 0;
    });

    /// <summary>Hands every document whose row is above <paramref name="row"/> to <paramref name="receive"/>, rows ascending.</summary>
    /// <param name="row">The row to begin after.</param>
    /// <param name="receive">Gets the row number and the document.</param>
    /// <param name="cancellationToken">Stops between documents.</param>
    public void ReadDocumentsAfter(long row, Action<long, Document> receive, CancellationToken cancellationToken = default) => Run(() =>
    {
        using SqliteCommand find = StoreDatabase.Command(
            _connection, $"SELECT {DocumentStore.DocumentColumns}, row FROM documents WHERE row > $bound ORDER BY row", _view, ("$bound", SqliteType.Integer));
        find.Parameters["$bound"].Value = row;
        using SqliteDataReader reader = find.ExecuteReader();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            receive(reader.GetInt64(DocumentStore.DocumentColumnCount), _store.DocumentOf(reader));
        }

        return 0;
    });

    /// <summary>Hands every document with its vector to <paramref name="receive"/>, in the order they were added.</summary>
    /// <param name="receive">Gets the document and the vector; the vector's memory is used again for the next.</param>
    /// <param name="cancellationToken">Stops between documents.</param>
    public void ReadEntries(Action<Document, float[]> receive, CancellationToken cancellationToken = default) => Run(() =>
    {
        using SqliteCommand all = StoreDatabase.Command(
            _connection,
            $"SELECT {DocumentStore.DocumentColumns}, vectors.row, vectors.vector, vectors.checksum FROM documents JOIN vectors ON vectors.row = documents.row ORDER BY documents.row",
            _view);
        using SqliteDataReader reader = all.ExecuteReader();
        float[] vector = new float[_store.Facts.Dimension];
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _store.VectorOf(reader, vector, DocumentStore.DocumentColumnCount);
            receive(_store.DocumentOf(reader), vector);
        }

        return 0;
    });

    /// <summary>Documents in the order they were added.</summary>
    public List<Document> Page(long offset, int count) => Run(() =>
    {
        using SqliteCommand find = StoreDatabase.Command(
            _connection,
            $"SELECT {DocumentStore.DocumentColumns} FROM documents ORDER BY row LIMIT $count OFFSET $offset",
            _view,
            ("$count", SqliteType.Integer), ("$offset", SqliteType.Integer));
        find.Parameters["$count"].Value = count;
        find.Parameters["$offset"].Value = offset;
        using SqliteDataReader row = find.ExecuteReader();
        List<Document> documents = [];
        while (row.Read())
        {
            documents.Add(_store.DocumentOf(row));
        }

        return documents;
    });

    /// <summary>See <see cref="DocumentStore.FieldNames"/>.</summary>
    public List<FieldCount> FieldNames(CancellationToken cancellationToken) => Run(() =>
    {
        // What a list or an object is found by is no value of its own, and places in a list (sizes.0) are no fields.
        using SqliteCommand find = StoreDatabase.Command(
            _connection,
            """
            SELECT p.name, count(DISTINCT f.row) FROM fields f JOIN paths p USING (path)
            WHERE substr(f.key, 1, 1) NOT IN ($list, $object) GROUP BY p.name ORDER BY 2 DESC, 1
            """,
            _view,
            ("$list", SqliteType.Blob), ("$object", SqliteType.Blob));
        find.Parameters["$list"].Value = new[] { FieldKey.List };
        find.Parameters["$object"].Value = new[] { FieldKey.Object };
        using SqliteDataReader row = find.ExecuteReader();
        List<FieldCount> fields = [];
        while (row.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!row.GetString(0).Split('.').Any(part => part.All(char.IsAsciiDigit)))
            {
                fields.Add(new FieldCount(row.GetString(0), row.GetInt64(1)));
            }
        }

        return fields;
    });

    /// <summary>See <see cref="DocumentStore.SampleVectors"/>.</summary>
    public List<DocumentVector> SampleEntries(int count, CancellationToken cancellationToken) => Run(() =>
    {
        long all = Count;
        long first = Number("SELECT coalesce(min(row), 0) FROM vectors WHERE row > $bound", 0), last = LastRow;
        using SqliteCommand next = StoreDatabase.Command(
            _connection,
            $"SELECT {DocumentStore.DocumentColumns}, vectors.row, vectors.vector, vectors.checksum FROM documents JOIN vectors ON vectors.row = documents.row " +
            "WHERE documents.row >= $row ORDER BY documents.row LIMIT 1",
            _view,
            ("$row", SqliteType.Integer));
        List<DocumentVector> sample = [];
        long taken = first - 1;
        for (int i = 0; i < Math.Min(count, all); i++)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Rows that are gone leave gaps: the next one stands for them. Where all are wanted, all are taken.
            next.Parameters["$row"].Value = count >= all ? taken + 1 : Math.Max(taken + 1, first + (long)((last - first + 1) * (double)i / count));
            using SqliteDataReader row = next.ExecuteReader();
            if (!row.Read())
            {
                break;
            }

            float[] vector = new float[_store.Facts.Dimension];
            _store.VectorOf(row, vector, DocumentStore.DocumentColumnCount);
            sample.Add(new DocumentVector(_store.DocumentOf(row), vector));
            taken = row.GetInt64(DocumentStore.DocumentColumnCount);
        }

        return sample;
    });

    /// <summary>The rows whose documents fulfil a filter.</summary>
    public KeySet RowsOf(DocumentFilter filter, CancellationToken cancellationToken) =>
        Run(() => new FieldReader(_store, _connection, _view, cancellationToken).RowsOf(filter.Clause));

    /// <summary>How many documents have each value of a field.</summary>
    /// <param name="field">The field as a filter names it.</param>
    /// <param name="rows">The documents that count; null for all.</param>
    /// <param name="cancellationToken">Stops between documents.</param>
    public List<FacetValue> FacetOf(string field, KeySet? rows, CancellationToken cancellationToken) =>
        Run(() => new FieldReader(_store, _connection, _view, cancellationToken).FacetOf(field, rows));

    /// <summary>See <see cref="DocumentStore.Verify"/>.</summary>
    public void Verify(CancellationToken cancellationToken) => Run(() =>
    {
        if (StoreDatabase.Scalar(_connection, "PRAGMA integrity_check(1)", _view) is not "ok" and var finding)
        {
            throw new IndexCorruptException(_store.Folder, $"{StoreDatabase.FileName}: {finding}");
        }

        if (StoreDatabase.Scalar(
                _connection,
                "SELECT d.row FROM documents d LEFT JOIN vectors v USING (row) WHERE v.row IS NULL " +
                "UNION ALL SELECT v.row FROM vectors v LEFT JOIN documents d USING (row) WHERE d.row IS NULL LIMIT 1",
                _view) is long alone)
        {
            throw new IndexCorruptException(_store.Folder, $"row {alone} has only one of document and vector");
        }

        FieldReader fields = new(_store, _connection, _view, cancellationToken);
        ReadDocumentsAfter(
            0,
            (row, document) =>
            {
                if (!fields.AreThoseOf(row, document.Metadata))
                {
                    throw new IndexCorruptException(_store.Folder, $"the fields of document '{document.Id}' are not those of its metadata");
                }
            },
            cancellationToken);
        ReadVectorsAfter(0, static (_, _) => { }, cancellationToken);
        return 0;
    });

    public void Dispose()
    {
        _view.Dispose();
        _connection.Dispose();
    }

    private long Number(string sql, long bound) => Run(() =>
    {
        using SqliteCommand command = StoreDatabase.Command(_connection, sql, _view, ("$bound", SqliteType.Integer));
        command.Parameters["$bound"].Value = bound;
        return (long)command.ExecuteScalar()!;
    });

    private TResult Run<TResult>(Func<TResult> query)
    {
        try
        {
            return query();
        }
        catch (Exception error) when (StoreDatabase.IsOfDatabase(error))
        {
            throw StoreDatabase.Translate(error, _store.Folder, _busyTimeout);
        }
    }
}

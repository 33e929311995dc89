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
        catch (SqliteException error)
        {
            throw StoreDatabase.Translate(error, store.Folder, busyTimeout);
        }

        try
        {
            _view = _connection.BeginTransaction(deferred: true);
            // A deferred transaction takes its view with the first read.
            StoreDatabase.Scalar(_connection, "SELECT count(*) FROM facts", _view);
        }
        catch (SqliteException error)
        {
            _connection.Dispose();
            throw StoreDatabase.Translate(error, store.Folder, busyTimeout);
        }
    }

    /// <summary>Rows whose number is above <paramref name="row"/>.</summary>
    public long CountAfter(long row) => Number("SELECT count(*) FROM vectors WHERE row > $bound", row);

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
            _connection, "SELECT row FROM deletions WHERE sequence > $bound ORDER BY sequence", _view, ("$bound", SqliteType.Integer));
        find.Parameters["$bound"].Value = deletion;
        using SqliteDataReader row = find.ExecuteReader();
        List<long> rows = [];
        while (row.Read())
        {
            rows.Add(row.GetInt64(0));
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
            _connection, "SELECT id, title, text, metadata, row FROM documents WHERE row > $bound ORDER BY row", _view, ("$bound", SqliteType.Integer));
        find.Parameters["$bound"].Value = row;
        using SqliteDataReader reader = find.ExecuteReader();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            receive(reader.GetInt64(4), DocumentStore.DocumentOf(reader));
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
            "SELECT d.id, d.title, d.text, d.metadata, v.row, v.vector, v.checksum FROM documents d JOIN vectors v USING (row) ORDER BY row",
            _view);
        using SqliteDataReader reader = all.ExecuteReader();
        float[] vector = new float[_store.Facts.Dimension];
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _store.VectorOf(reader, vector, firstColumn: 4);
            receive(DocumentStore.DocumentOf(reader), vector);
        }

        return 0;
    });

    /// <summary>The rows whose documents fulfil a filter.</summary>
    public KeySet RowsOf(DocumentFilter filter, CancellationToken cancellationToken) =>
        Run(() => new FieldReader(_connection, _view, cancellationToken).RowsOf(filter.Clause));

    /// <summary>How many documents have each value of a field.</summary>
    /// <param name="field">The field as a filter names it.</param>
    /// <param name="rows">The documents that count; null for all.</param>
    /// <param name="cancellationToken">Stops between documents.</param>
    public List<FacetValue> FacetOf(string field, KeySet? rows, CancellationToken cancellationToken) =>
        Run(() => new FieldReader(_connection, _view, cancellationToken).FacetOf(field, rows));

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

        FieldReader fields = new(_connection, _view, cancellationToken);
        using (SqliteCommand all = StoreDatabase.Command(_connection, "SELECT id, title, text, metadata, content_hash, row FROM documents", _view))
        {
            using SqliteDataReader row = all.ExecuteReader();
            while (row.Read())
            {
                cancellationToken.ThrowIfCancellationRequested();
                Document document = DocumentStore.DocumentOf(row);
                if (!row.GetFieldValue<byte[]>(4).AsSpan().SequenceEqual(ContentHash.Of(document)))
                {
                    throw new IndexCorruptException(_store.Folder, $"document '{document.Id}' does not match its hash");
                }

                if (!fields.AreThoseOf(row.GetInt64(5), document.Metadata))
                {
                    throw new IndexCorruptException(_store.Folder, $"the fields of document '{document.Id}' are not those of its metadata");
                }
            }
        }

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
        catch (SqliteException error)
        {
            throw StoreDatabase.Translate(error, _store.Folder, _busyTimeout);
        }
    }
}

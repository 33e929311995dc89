using Microsoft.Data.Sqlite;

namespace Akin.Search.Storage;

/// <summary>
/// The store of record of an index: documents, their vectors and the facts of the index, in one SQLite database.
/// A write that returned survives the end of the process at any moment and the loss of power.
/// </summary>
/// <remarks>
/// Thread-safe: any number of threads may read and write one store, and any number of processes may have one folder open.
/// Writers take turns, across processes too; readers never wait for a writer and see whole batches only.
/// <para>
/// A row number is given once and never again, and a row never changes: replacing a document removes its row and adds a new one. So data derived
/// from the store (the vector file, later graphs and postings) is brought up to date by the rows added and the deletions made since.
/// </para>
/// </remarks>
public sealed partial class DocumentStore : IDisposable
{
    private readonly StoreOptions _options;
    private readonly Lock _readGate = new();
    private readonly Lock _writeGate = new();
    private readonly SqliteConnection _reader;
    private SqliteConnection? _writer;
    private bool _isDisposed;

    private DocumentStore(string folder, StoreOptions options, SqliteConnection reader, IndexFacts facts, string storeId)
    {
        Folder = folder;
        Facts = facts;
        StoreId = storeId;
        _options = options;
        _reader = reader;
    }

    /// <summary>The index folder.</summary>
    public string Folder { get; }

    /// <summary>What the index is made of.</summary>
    public IndexFacts Facts { get; }

    /// <summary>Tells this store from every other one, so that derived files of another are never used.</summary>
    internal string StoreId { get; }

    /// <summary>The number of documents stored.</summary>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public long Count => Read(connection => (long)StoreDatabase.Scalar(connection, "SELECT count(*) FROM vectors")!);

    /// <summary>Stores documents with their vectors, replacing those that are there under the same identifier: all of them or, on any error, none.</summary>
    /// <param name="batch">Documents and vectors; of two with the same identifier the later one stays.</param>
    /// <exception cref="InvalidDocumentException">An identifier is empty, metadata is no JSON object, or a vector has another length than the index or is not finite.</exception>
    /// <exception cref="IndexBusyException">Another process was writing for longer than <see cref="StoreOptions.WriteTimeout"/>.</exception>
    /// <exception cref="IndexStorageException">The disk is full or cannot be written; nothing of the batch was stored.</exception>
    public void Upsert(IReadOnlyList<DocumentVector> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (DocumentVector entry in batch)
        {
            entry.Check(Folder, Facts.Dimension);
        }

        if (batch.Count == 0)
        {
            return;
        }

        Write((connection, transaction) =>
        {
            using RowRemoval removal = new(connection, transaction);
            using SqliteCommand addDocument = StoreDatabase.Command(
                connection,
                "INSERT INTO documents (id, title, text, metadata, content_hash) VALUES ($id, $title, $text, $metadata, $hash) RETURNING row",
                transaction,
                ("$id", SqliteType.Text), ("$title", SqliteType.Text), ("$text", SqliteType.Text), ("$metadata", SqliteType.Text), ("$hash", SqliteType.Blob));
            using SqliteCommand addVector = StoreDatabase.Command(
                connection,
                "INSERT INTO vectors (row, vector, checksum) VALUES ($row, $vector, $checksum)",
                transaction,
                ("$row", SqliteType.Integer), ("$vector", SqliteType.Blob), ("$checksum", SqliteType.Integer));
            using FieldWriter fields = new(connection, transaction);
            byte[] vector = new byte[Facts.Dimension * sizeof(float)];
            foreach (DocumentVector entry in batch)
            {
                removal.Remove(entry.Document.Id);
                addDocument.Parameters["$id"].Value = entry.Document.Id;
                addDocument.Parameters["$title"].Value = (object?)entry.Document.Title ?? DBNull.Value;
                addDocument.Parameters["$text"].Value = entry.Document.Text;
                addDocument.Parameters["$metadata"].Value = (object?)entry.Document.Metadata ?? DBNull.Value;
                addDocument.Parameters["$hash"].Value = ContentHash.Of(entry.Document);
                VectorBytes.Write(entry.Vector.Span, vector);
                long row = (long)addDocument.ExecuteScalar()!;
                fields.Write(row, entry.Document.Metadata);
                addVector.Parameters["$row"].Value = row;
                addVector.Parameters["$vector"].Value = vector;
                addVector.Parameters["$checksum"].Value = (long)Checksum.Of(vector);
                addVector.ExecuteNonQuery();
            }

            return batch.Count;
        });
    }

    /// <summary>Deletes documents; identifiers that are not there are passed over.</summary>
    /// <param name="ids">The identifiers.</param>
    /// <returns>How many documents were there and are deleted.</returns>
    /// <exception cref="IndexBusyException">Another process was writing for longer than <see cref="StoreOptions.WriteTimeout"/>.</exception>
    /// <exception cref="IndexStorageException">The disk is full or cannot be written; nothing was deleted.</exception>
    public int Delete(IReadOnlyCollection<string> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return ids.Count == 0
            ? 0
            : Write((connection, transaction) =>
            {
                using RowRemoval removal = new(connection, transaction);
                int deleted = 0;
                foreach (string id in ids)
                {
                    deleted += removal.Remove(id) ? 1 : 0;
                }

                return deleted;
            });
    }

    /// <summary>The document stored under an identifier, or <see langword="null"/>.</summary>
    /// <param name="id">The identifier.</param>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public Document? Get(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Read(connection =>
        {
            using SqliteCommand find = StoreDatabase.Command(
                connection, $"SELECT {DocumentColumns} FROM documents WHERE id = $id", null, ("$id", SqliteType.Text));
            find.Parameters["$id"].Value = id;
            using SqliteDataReader row = find.ExecuteReader();
            return row.Read() ? DocumentOf(row) : null;
        });
    }

    /// <summary>The vector stored for an identifier `[dimension]`, as it was given, or <see langword="null"/>.</summary>
    /// <param name="id">The identifier.</param>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public float[]? GetVector(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Read(connection =>
        {
            using SqliteCommand find = StoreDatabase.Command(
                connection,
                "SELECT row, vector, checksum FROM vectors WHERE row = (SELECT row FROM documents WHERE id = $id)",
                null,
                ("$id", SqliteType.Text));
            find.Parameters["$id"].Value = id;
            using SqliteDataReader row = find.ExecuteReader();
            if (!row.Read())
            {
                return null;
            }

            float[] vector = new float[Facts.Dimension];
            VectorOf(row, vector);
            return vector;
        });
    }

    /// <summary>All documents in the order they were added (a replaced document counts as added anew), read in pages while the caller goes on.</summary>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public IEnumerable<Document> Enumerate()
    {
        const int PageSize = 256;
        long lastRow = 0;
        while (true)
        {
            List<Document> page = Read(connection =>
            {
                using SqliteCommand next = StoreDatabase.Command(
                    connection,
                    $"SELECT {DocumentColumns}, row FROM documents WHERE row > $row ORDER BY row LIMIT {PageSize}",
                    null,
                    ("$row", SqliteType.Integer));
                next.Parameters["$row"].Value = lastRow;
                using SqliteDataReader row = next.ExecuteReader();
                List<Document> documents = [];
                while (row.Read())
                {
                    documents.Add(DocumentOf(row));
                    lastRow = row.GetInt64(DocumentColumnCount);
                }

                return documents;
            });
            foreach (Document document in page)
            {
                yield return document;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }
        }
    }

    /// <summary>Tells which documents are stored already with exactly this title, text and metadata.</summary>
    /// <param name="documents">The documents to look up.</param>
    /// <returns>One answer per document, in the order given.</returns>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public bool[] AreStored(IReadOnlyList<Document> documents)
    {
        ArgumentNullException.ThrowIfNull(documents);
        return Read(connection =>
        {
            using SqliteCommand find = StoreDatabase.Command(
                connection, "SELECT content_hash FROM documents WHERE id = $id", null, ("$id", SqliteType.Text));
            bool[] stored = new bool[documents.Count];
            for (int i = 0; i < stored.Length; i++)
            {
                find.Parameters["$id"].Value = documents[i].Id;
                stored[i] = find.ExecuteScalar() is byte[] hash && hash.AsSpan().SequenceEqual(ContentHash.Of(documents[i]));
            }

            return stored;
        });
    }

    /// <summary>Reads every page, document and vector and checks what can be checked: SQLite's structure, content hashes, checksums.</summary>
    /// <param name="cancellationToken">Stops between documents.</param>
    /// <exception cref="IndexCorruptException">Something is damaged; the message names the first finding.</exception>
    public void Verify(CancellationToken cancellationToken = default)
    {
        using StoreReader reader = OpenReader();
        reader.Verify(cancellationToken);
    }

    /// <summary>Closes the files. Every acknowledged write is on the disk already.</summary>
    public void Dispose()
    {
        lock (_writeGate)
        {
            lock (_readGate)
            {
                if (!_isDisposed)
                {
                    _isDisposed = true;
                    _reader.Dispose();
                    _writer?.Dispose();
                }
            }
        }
    }

    /// <summary>Runs a query on the one shared connection for short reads.</summary>
    private TResult Read<TResult>(Func<SqliteConnection, TResult> query)
    {
        lock (_readGate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            try
            {
                return query(_reader);
            }
            catch (Exception error) when (StoreDatabase.IsOfDatabase(error))
            {
                throw StoreDatabase.Translate(error, Folder, _options.WriteTimeout);
            }
        }
    }

    /// <summary>Runs changes in one transaction: when this returns, they are on the disk; when it throws, none of them happened.</summary>
    private int Write(Func<SqliteConnection, SqliteTransaction, int> change)
    {
        lock (_writeGate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            try
            {
                _writer ??= StoreDatabase.Connect(Folder, _options.WriteTimeout);
                using SqliteTransaction transaction = _writer.BeginTransaction(deferred: false);
                int result = change(_writer, transaction);
                transaction.Commit();
                return result;
            }
            catch (Exception error) when (StoreDatabase.IsOfDatabase(error))
            {
                throw StoreDatabase.Translate(error, Folder, _options.WriteTimeout);
            }
        }
    }
}

using Microsoft.Data.Sqlite;

namespace Akin.Search.Storage;

/// <summary>What the derived data needs: rows by number, and what changed since.</summary>
public sealed partial class DocumentStore
{
    // The column order that DocumentOf reads. SQLite has no checksums of its own: the last two tell a damaged document, or one that is not in its place.
    internal const string DocumentColumns = "id, title, text, metadata, content_hash, (SELECT own.row FROM documents own WHERE own.id = documents.id) IS documents.row";

    internal const int DocumentColumnCount = 6;

    /// <summary>A number that changes whenever anything was committed, by this process or another: what was computed of the documents at one is good as long as it stays.</summary>
    /// <exception cref="SearchIndexException">The store cannot be read.</exception>
    public long DataVersion => Read(connection => (long)StoreDatabase.Scalar(connection, "PRAGMA data_version")!);

    /// <summary>Bytes of all files of the index folder.</summary>
    internal long SizeBytes() => new DirectoryInfo(Folder).EnumerateFiles().Sum(file => file.Exists ? file.Length : 0);

    /// <summary>The documents of rows, <see langword="null"/> for rows that are gone.</summary>
    internal Document?[] FindRows(ReadOnlySpan<long> rows)
    {
        long[] wanted = rows.ToArray();
        return Read(connection =>
        {
            using SqliteCommand find = StoreDatabase.Command(
                connection, $"SELECT {DocumentColumns} FROM documents WHERE row = $row", null, ("$row", SqliteType.Integer));
            Document?[] documents = new Document?[wanted.Length];
            for (int i = 0; i < wanted.Length; i++)
            {
                find.Parameters["$row"].Value = wanted[i];
                using SqliteDataReader row = find.ExecuteReader();
                documents[i] = row.Read() ? DocumentOf(row) : null;
            }

            return documents;
        });
    }

    /// <summary>What a search found, in its order, each with its document.</summary>
    /// <remarks>
    /// A document that is deleted between search and look-up leaves a gap: then the search is made again, among what is there now. A few times are enough for an honest answer.
    /// </remarks>
    /// <param name="search">Searches.</param>
    /// <param name="rowOf">The row of something found.</param>
    /// <param name="join">Makes an answer of something found and its document.</param>
    internal TAnswer[] WithDocuments<TFound, TAnswer>(Func<TFound[]> search, Converter<TFound, long> rowOf, Func<TFound, Document, TAnswer> join)
    {
        const int Attempts = 4;
        for (int attempt = 1; ; attempt++)
        {
            long version = attempt == 1 ? 0 : DataVersion;
            TFound[] found = search();
            Document?[] documents = FindRows(Array.ConvertAll(found, rowOf));
            TAnswer[] answers = new TAnswer[found.Length];
            int count = 0;
            for (int i = 0; i < found.Length; i++)
            {
                if (documents[i] is { } document)
                {
                    answers[count++] = join(found[i], document);
                }
            }

            if (count == found.Length || attempt == Attempts)
            {
                Array.Resize(ref answers, count);
                return answers;
            }

            if (attempt > 1 && version == DataVersion)
            {
                throw new IndexCorruptException(Folder, "a document that was found is not in the database");
            }
        }
    }

    /// <summary>Documents that stand at even distances in the order they were added.</summary>
    internal IReadOnlyList<Document> Sample(int count)
    {
        (long first, long last) = Read(connection =>
            ((long)StoreDatabase.Scalar(connection, "SELECT coalesce(min(row), 0) FROM documents")!, (long)StoreDatabase.Scalar(connection, "SELECT coalesce(max(row), -1) FROM documents")!));
        return Read(connection =>
        {
            // Rows that are gone leave gaps: the next one stands for them.
            using SqliteCommand next = StoreDatabase.Command(
                connection, $"SELECT {DocumentColumns}, row FROM documents WHERE row >= $row ORDER BY row LIMIT 1", null, ("$row", SqliteType.Integer));
            List<Document> sample = [];
            long taken = first - 1;
            for (int i = 0; i < count && taken < last; i++)
            {
                next.Parameters["$row"].Value = Math.Max(taken + 1, first + (long)((last - first + 1) * (double)i / count));
                using SqliteDataReader row = next.ExecuteReader();
                if (row.Read())
                {
                    sample.Add(DocumentOf(row));
                    taken = row.GetInt64(DocumentColumnCount);
                }
            }

            return sample;
        });
    }

    /// <summary>A reader with its own connection and one unchanging view of the store.</summary>
    internal StoreReader OpenReader()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return new StoreReader(this, _options.WriteTimeout);
    }

    /// <summary>
    /// Names a derived file as the current one of its kind, and forgets the deletions that no kind needs any more.
    /// Does nothing when the store names one that reaches further already.
    /// </summary>
    /// <returns>Whether the file is the current one now.</returns>
    internal bool RecordDerived(string kind, DerivedFile file) => Write((connection, transaction) =>
    {
        using SqliteCommand record = StoreDatabase.Command(
            connection,
            """
            INSERT INTO derived (kind, file, last_row, last_deletion) VALUES ($kind, $file, $row, $deletion)
            ON CONFLICT (kind) DO UPDATE SET file = excluded.file, last_row = excluded.last_row, last_deletion = excluded.last_deletion
            WHERE excluded.last_row >= derived.last_row AND excluded.last_deletion >= derived.last_deletion
            """,
            transaction,
            ("$kind", SqliteType.Text), ("$file", SqliteType.Text), ("$row", SqliteType.Integer), ("$deletion", SqliteType.Integer));
        record.Parameters["$kind"].Value = kind;
        record.Parameters["$file"].Value = file.Name;
        record.Parameters["$row"].Value = file.LastRow;
        record.Parameters["$deletion"].Value = file.LastDeletion;
        if (record.ExecuteNonQuery() == 0)
        {
            return 0;
        }

        ForgetDeletions(connection, transaction);
        return 1;
    }) == 1;

    private static void ForgetDeletions(SqliteConnection connection, SqliteTransaction transaction) =>
        StoreDatabase.Execute(connection, "DELETE FROM deletions WHERE sequence <= (SELECT min(last_deletion) FROM derived)", transaction);

    /// <summary>Reads the columns of <see cref="DocumentColumns"/>.</summary>
    /// <exception cref="IndexCorruptException">The document is damaged.</exception>
    internal Document DocumentOf(SqliteDataReader row)
    {
        Document document = new(row.GetString(0), row.GetString(2))
        {
            Title = row.IsDBNull(1) ? null : row.GetString(1),
            Metadata = row.IsDBNull(3) ? null : row.GetString(3),
        };
        if (!row.GetFieldValue<byte[]>(4).AsSpan().SequenceEqual(ContentHash.Of(document)))
        {
            throw new IndexCorruptException(Folder, $"document '{document.Id}' does not match its hash");
        }

        return row.GetBoolean(5) ? document : throw new IndexCorruptException(Folder, $"document '{document.Id}' is not where its identifier leads");
    }

    /// <summary>Reads the columns row, vector, checksum.</summary>
    internal void VectorOf(SqliteDataReader row, Span<float> destination, int firstColumn = 0)
    {
        byte[] bytes = row.GetFieldValue<byte[]>(firstColumn + 1);
        if (bytes.Length != Facts.Dimension * sizeof(float))
        {
            throw new IndexCorruptException(Folder, $"the vector of row {row.GetInt64(firstColumn)} has {bytes.Length} bytes, not {Facts.Dimension * sizeof(float)}");
        }

        if (Checksum.Of(bytes) != row.GetInt64(firstColumn + 2))
        {
            throw new IndexCorruptException(Folder, $"the vector of row {row.GetInt64(firstColumn)} does not match its checksum");
        }

        VectorBytes.Read(bytes, destination);
    }
}

using System.Data;
using Akin.Kernels;
using Akin.Search.Storage;
using Npgsql;

namespace Akin.Search.Postgres;

/// <summary>
/// A store on PostgreSQL (12 or later), for indexes that outgrow one machine's disk or one writer. Vectors are those of the extension pgvector where the server has it, found by a graph or exactly; otherwise
/// they are plain arrays that are read whole for every search, which <see cref="Info"/> says. Words are found by BM25 over a table of postings, with the scores of a <see cref="Lexical.LexicalIndex"/>.
/// </summary>
/// <remarks>Thread-safe: every call has a connection of its own. Any number of processes and machines may read and write.</remarks>
public sealed partial class PostgresVectorStore : IVectorStore
{
    // Two writers of one document: the later tries again, alone, and replaces it.
    private const int MostAttempts = 3;

    private readonly NpgsqlDataSource _source;
    private readonly PostgresAddress _address;
    private readonly WorkerPool _pool;
    private readonly VectorIndexSettings _settings;
    private readonly bool _hasArrays;
    private readonly Version? _extension;

    private PostgresVectorStore(NpgsqlDataSource source, PostgresAddress address, WorkerPool pool, Dictionary<string, string> facts, Version? extension)
    {
        (_source, _address, _pool, _extension) = (source, address, pool, extension);
        Facts = FactsOf(facts);
        _settings = new VectorIndexSettings
        {
            Kind = Enum.Parse<VectorIndexKind>(Fact(facts, KindFact)),
            M = int.Parse(Fact(facts, LinksFact)),
            EfConstruction = int.Parse(Fact(facts, EfConstructionFact)),
        };
        _hasArrays = Fact(facts, VectorsFact) == ArraysValue;
    }

    /// <inheritdoc/>
    public string Place => _address.Place;

    /// <inheritdoc/>
    public IndexFacts Facts { get; }

    /// <summary>Whether vectors lie in plain arrays, because the server had no pgvector when the index was made (or was told not to use it).</summary>
    public bool HasPlainArrays => _hasArrays;

    /// <inheritdoc/>
    public void Upsert(IReadOnlyList<DocumentVector> batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (DocumentVector entry in batch)
        {
            entry.Check(Place, Facts.Dimension);
            RequireStorable(entry.Document);
        }

        // Of two with the same identifier the later one stays, in its place.
        DocumentVector[] entries = [.. batch.Reverse().DistinctBy(entry => entry.Document.Id).Reverse()];
        if (entries.Length == 0)
        {
            return;
        }

        (Dictionary<string, int> Frequencies, int Length)[] terms = new (Dictionary<string, int>, int)[entries.Length];
        TermsBody body = new(entries, terms);
        _pool.For(entries.Length, ref body);
        Write(session =>
        {
            (long count, long length) = Remove(session, [.. entries.Select(entry => entry.Document.Id)]);
            long[] rows = Reserve(session, entries.Length);
            CopyDocuments(session, entries, terms, rows);
            CopyPostings(session, terms, rows);
            session.Execute("INSERT INTO {s}.statistics VALUES ($1, $2)", entries.Length - count, terms.Sum(document => (long)document.Length) - length);
            return 0;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public int Delete(IReadOnlyCollection<string> ids, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return Write(session =>
        {
            (long count, long length) = Remove(session, [.. ids.Where(IsStorable)]);
            if (count > 0)
            {
                session.Execute("INSERT INTO {s}.statistics VALUES ($1, $2)", -count, -length);
            }

            return (int)count;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Document? Get(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Read(session =>
        {
            Document? found = null;
            if (IsStorable(id))
            {
                session.Read(session.Command($"SELECT {PostgresSchema.Columns} FROM {{s}}.documents WHERE id = $1", id), row =>
                {
                    found = DocumentOf(row);
                    return true;
                });
            }

            return found;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public bool[] AreStored(IReadOnlyList<Document> documents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        return Read(session =>
        {
            Dictionary<string, byte[]> hashes = [];
            string[] ids = [.. documents.Select(document => document.Id).Where(IsStorable).Distinct()];
            session.Read(session.Command("SELECT id, content_hash FROM {s}.documents WHERE id = ANY($1)", [ids]), row =>
            {
                hashes[row.GetString(0)] = row.GetFieldValue<byte[]>(1);
                return true;
            });
            return documents.Select(document => hashes.TryGetValue(document.Id, out byte[]? hash) && hash.AsSpan().SequenceEqual(document.ContentHash())).ToArray();
        }, cancellationToken);
    }

    /// <summary>Makes the graph where the extension can have one and the index wants it (the server keeps it up to date from then on), and gathers statistics.</summary>
    /// <param name="cancellationToken">Stops; what was there stays.</param>
    public void Publish(CancellationToken cancellationToken = default) => Write(session =>
    {
        session.Execute("WITH former AS (DELETE FROM {s}.statistics RETURNING documents, length) INSERT INTO {s}.statistics SELECT sum(documents), sum(length) FROM former HAVING count(*) > 0");
        if (HasGraph && session.Scalar("SELECT to_regclass($1)::text", $"\"{_address.Schema}\".documents_vector") is null)
        {
            session.Execute(
                $"CREATE INDEX IF NOT EXISTS documents_vector ON {{s}}.documents USING hnsw (vector {OperatorClass}) WITH (m = {_settings.M}, ef_construction = {Math.Max(_settings.EfConstruction, 2 * _settings.M)})");
        }

        return 0;
    }, cancellationToken);

    /// <inheritdoc/>
    public VectorStoreInfo Info(CancellationToken cancellationToken = default) => Read(
        session => new VectorStoreInfo(
            (long?)session.Scalar("SELECT sum(documents)::bigint FROM {s}.statistics") ?? 0,
            (long)session.Scalar("SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p')", $"\"{_address.Schema}\"")!,
            _hasArrays ? "exact, on plain arrays that every search reads whole: the index was made without the extension pgvector"
            : HasGraph ? $"hnsw of pgvector {_extension}, M {_settings.M}, ef-construction {_settings.EfConstruction}"
            : $"exact, by pgvector {_extension}"),
        cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _source.Dispose();

    private static Document DocumentOf(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(2))
    {
        Title = row.IsDBNull(1) ? null : row.GetString(1),
        Metadata = row.IsDBNull(3) ? null : row.GetString(3),
    };

    /// <summary>Removes documents and their postings.</summary>
    /// <returns>How many there were, and the sum of their lengths.</returns>
    private static (long Count, long Length) Remove(PostgresSession session, string[] ids)
    {
        // In one order for all writers, so that none waits for the other in a ring.
        List<long> rows = [];
        long length = 0;
        session.Read(
            session.Command(
                "WITH gone AS (SELECT id FROM {s}.documents WHERE id = ANY($1) ORDER BY id FOR UPDATE) DELETE FROM {s}.documents d USING gone WHERE d.id = gone.id RETURNING d.row, d.length", [ids]),
            row =>
            {
                rows.Add(row.GetInt64(0));
                length += row.GetInt32(1);
                return true;
            });
        if (rows.Count > 0)
        {
            session.Execute("DELETE FROM {s}.postings WHERE row = ANY($1)", rows.ToArray());
        }

        return (rows.Count, length);
    }

    private static long[] Reserve(PostgresSession session, int count)
    {
        List<long> rows = [];
        session.Read(session.Command("SELECT nextval('{s}.rows') FROM generate_series(1, $1)", count), row =>
        {
            rows.Add(row.GetInt64(0));
            return true;
        });
        return [.. rows];
    }

    private void CopyDocuments(PostgresSession session, DocumentVector[] entries, (Dictionary<string, int> Frequencies, int Length)[] terms, long[] rows)
    {
        const string Columns = "id, row, title, text, metadata, content_hash, length, vector";
        string table = $"\"{_address.Schema}\".documents";
        if (!_hasArrays)
        {
            // The client sends arrays, and the server makes its vectors of them.
            session.Execute("CREATE TEMPORARY TABLE incoming (id text, row bigint, title text, text text, metadata text, content_hash bytea, length integer, vector real[]) ON COMMIT DROP");
            table = "incoming";
        }

        using (NpgsqlBinaryImporter copy = session.Connection.BeginBinaryImport($"COPY {table} ({Columns}) FROM STDIN (FORMAT BINARY)"))
        {
            for (int i = 0; i < entries.Length; i++)
            {
                Document document = entries[i].Document;
                copy.StartRow();
                copy.Write(document.Id);
                copy.Write(rows[i]);
                WriteOrNull(copy, document.Title);
                copy.Write(document.Text);
                WriteOrNull(copy, document.Metadata);
                copy.Write(document.ContentHash());
                copy.Write(terms[i].Length);
                copy.Write(entries[i].Vector.ToArray());
            }

            copy.Complete();
        }

        if (!_hasArrays)
        {
            session.Execute($"INSERT INTO {{s}}.documents ({Columns}) SELECT id, row, title, text, metadata, content_hash, length, vector::vector FROM incoming ORDER BY row");
        }
    }

    private void CopyPostings(PostgresSession session, (Dictionary<string, int> Frequencies, int Length)[] terms, long[] rows)
    {
        using NpgsqlBinaryImporter copy = session.Connection.BeginBinaryImport($"COPY \"{_address.Schema}\".postings (row, term, frequency, length) FROM STDIN (FORMAT BINARY)");
        for (int i = 0; i < terms.Length; i++)
        {
            foreach ((string term, int frequency) in terms[i].Frequencies)
            {
                copy.StartRow();
                copy.Write(rows[i]);
                copy.Write(term);
                copy.Write(frequency);
                copy.Write(terms[i].Length);
            }
        }

        copy.Complete();
    }

    private static void WriteOrNull(NpgsqlBinaryImporter copy, string? text)
    {
        if (text is null)
        {
            copy.WriteNull();
        }
        else
        {
            copy.Write(text);
        }
    }

    private void RequireStorable(Document document)
    {
        if (!IsStorable(document.Id) || !IsStorable(document.Title) || !IsStorable(document.Text) || !IsStorable(document.Metadata))
        {
            throw new InvalidDocumentException(Place, document.Id, "it has the character 0 or half of a surrogate pair, which PostgreSQL cannot store");
        }
    }

    private static bool IsStorable(string? text) => text is null || !text.AsSpan().ContainsAny('\0', '\uFFFE') && !HasHalfAPair(text);

    private static bool HasHalfAPair(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])))
            {
                return true;
            }

            i += char.IsHighSurrogate(text[i]) ? 1 : 0;
        }

        return false;
    }

    private TResult Read<TResult>(Func<PostgresSession, TResult> query, CancellationToken cancellationToken) =>
        Translated(() =>
        {
            using PostgresSession session = new(_source, _address, IsolationLevel.RepeatableRead, cancellationToken);
            return query(session);
        }, Place, cancellationToken);

    /// <summary>Runs changes in one transaction: when this returns, they are on the server's disk; when it throws, none of them happened.</summary>
    private TResult Write<TResult>(Func<PostgresSession, TResult> change, CancellationToken cancellationToken) =>
        Translated(() =>
        {
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    using PostgresSession session = new(_source, _address, IsolationLevel.ReadCommitted, cancellationToken);
                    string sharing = attempt == 1 ? "_shared" : "";
                    session.Execute($"SELECT pg_advisory_xact_lock{sharing}(hashtext('akin write ' || $1))", _address.Schema);
                    TResult result = change(session);
                    session.Commit();
                    return result;
                }
                catch (PostgresException error) when (attempt < MostAttempts && error.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }
        }, Place, cancellationToken);

    private static TResult Translated<TResult>(Func<TResult> work, string place, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return work();
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.QueryCanceled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(error.Message, error, cancellationToken);
        }
        catch (NpgsqlException error)
        {
            string finding = error is PostgresException told ? $"{told.MessageText} ({told.SqlState})" : $"{error.Message}{(error.InnerException is { } inner ? $" {inner.Message}" : "")}";
            throw new PostgresStoreException(place, finding, error);
        }
    }

    private readonly struct TermsBody(DocumentVector[] entries, (Dictionary<string, int> Frequencies, int Length)[] terms) : IParallelBody
    {
        public void Execute(int taskIndex) => terms[taskIndex] = DocumentTerms.Of(entries[taskIndex].Document);
    }
}

using Akin.Kernels;
using Microsoft.Data.Sqlite;

namespace Akin.Search.Storage;

public sealed partial class DocumentStore
{
    /// <summary>The format version this code reads and writes (SQLite's <c>user_version</c>); an index of an older one is brought up to it when it is opened.</summary>
    public const int FormatVersion = 2;

    // documents.row never comes back (AUTOINCREMENT). Vectors lie in a table of their own, so that reading all of them reads no text.
    // deletions is what derived data has to forget since it was written; derived names the files made from the store and how far they reach.
    private const string Schema = """
        CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE documents (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            title TEXT,
            text TEXT NOT NULL,
            metadata TEXT,
            content_hash BLOB NOT NULL) STRICT;
        CREATE TABLE vectors (row INTEGER PRIMARY KEY, vector BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT;
        CREATE TABLE deletions (sequence INTEGER PRIMARY KEY AUTOINCREMENT, row INTEGER NOT NULL) STRICT;
        CREATE TABLE derived (
            kind TEXT PRIMARY KEY,
            file TEXT NOT NULL,
            last_row INTEGER NOT NULL,
            last_deletion INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        """;

    /// <summary>Whether a folder holds the database of an index (of any version, damaged or not).</summary>
    /// <param name="folder">The folder.</param>
    public static bool Exists(string folder) => File.Exists(StoreDatabase.PathIn(folder));

    /// <summary>Loads what the first index of a process has to wait for, some hundredth of a second: to be called on another thread beside other preparations.</summary>
    public static void WarmUp() => StoreDatabase.WarmUp();

    /// <summary>Opens an index.</summary>
    /// <param name="folder">The index folder.</param>
    /// <param name="options">How to behave; <see cref="StoreOptions.Default"/> when null.</param>
    /// <exception cref="IndexNotFoundException">The folder holds no index.</exception>
    /// <exception cref="IndexFormatException">It was written in another format version.</exception>
    /// <exception cref="IndexCorruptException">The database is damaged.</exception>
    public static DocumentStore Open(string folder, StoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Exists(folder))
        {
            throw new IndexNotFoundException(
                folder, Directory.Exists(folder) ? $"it has no {StoreDatabase.FileName}. Give the folder made by indexing." : "there is no such folder.");
        }

        return Connect(folder, facts: null, options ?? StoreOptions.Default);
    }

    /// <summary>Opens an index, or creates it where the folder is missing or empty.</summary>
    /// <param name="folder">The index folder.</param>
    /// <param name="facts">What a new index is made of; an existing one must agree in model, dimension and metric.</param>
    /// <param name="options">How to behave; <see cref="StoreOptions.Default"/> when null.</param>
    /// <exception cref="IndexModelException">The index was made with another model or compares vectors in another way.</exception>
    /// <exception cref="IndexNotFoundException">The folder has files in it, but no index.</exception>
    /// <exception cref="IndexFormatException">It was written in another format version.</exception>
    /// <exception cref="IndexCorruptException">The database is damaged.</exception>
    /// <exception cref="IndexStorageException">The folder cannot be written.</exception>
    public static DocumentStore OpenOrCreate(string folder, IndexFacts facts, StoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentException.ThrowIfNullOrEmpty(facts.Model);
        ArgumentOutOfRangeException.ThrowIfLessThan(facts.Dimension, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(facts.Dimension, IndexFacts.MaxDimension);
        if (!Exists(folder))
        {
            // The second look at the database: another process may be creating the very index at this moment.
            if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() && !Exists(folder)))
            {
                throw new IndexNotFoundException(folder, "it has other content already. Give a new or an empty folder.");
            }

            try
            {
                Directory.CreateDirectory(folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new IndexStorageException(folder, isDiskFull: false, error.Message, error);
            }
        }

        return Connect(folder, facts, options ?? StoreOptions.Default);
    }

    /// <inheritdoc cref="IndexFacts.Require"/>
    internal void Require(IndexFacts wanted) => Facts.Require(wanted, Folder);

    /// <param name="folder">The index folder.</param>
    /// <param name="facts">Facts for a new store, or null to open an existing one only.</param>
    /// <param name="options">How to behave.</param>
    private static DocumentStore Connect(string folder, IndexFacts? facts, StoreOptions options)
    {
        SqliteConnection? reader = null;
        try
        {
            reader = StoreDatabase.Connect(folder, options.WriteTimeout, create: facts is not null);
            if (facts is not null && IsEmpty(reader))
            {
                CreateSchema(reader, facts);
            }

            CheckFormat(reader, folder);
            Dictionary<string, string> stored = ReadFacts(reader);
            DocumentStore store = new(folder, options, reader, FactsOf(stored, folder), Fact(stored, "store_id", folder));
            if (facts is not null)
            {
                store.Require(facts);
            }

            return store;
        }
        catch (Exception error) when (StoreDatabase.IsOfDatabase(error))
        {
            reader?.Dispose();
            throw StoreDatabase.Translate(error, folder, options.WriteTimeout);
        }
        catch
        {
            reader?.Dispose();
            throw;
        }
    }

    // A process that was killed while it created the index leaves a database without content.
    private static bool IsEmpty(SqliteConnection connection, SqliteTransaction? transaction = null) =>
        (long)StoreDatabase.Scalar(connection, "SELECT count(*) FROM sqlite_schema", transaction)! == 0 &&
        (long)StoreDatabase.Scalar(connection, "PRAGMA user_version", transaction)! == 0;

    private static void CreateSchema(SqliteConnection connection, IndexFacts facts)
    {
        StoreDatabase.Execute(connection, "PRAGMA journal_mode = WAL");
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        // Another process may have been first.
        if (!IsEmpty(connection, transaction))
        {
            return;
        }

        StoreDatabase.Execute(connection, Schema, transaction);
        StoreDatabase.Execute(connection, FieldTables.Schema, transaction);
        StoreDatabase.Execute(connection, $"PRAGMA application_id = {StoreDatabase.ApplicationId}", transaction);
        StoreDatabase.Execute(connection, $"PRAGMA user_version = {FormatVersion}", transaction);
        using SqliteCommand add = StoreDatabase.Command(
            connection, "INSERT INTO facts (name, value) VALUES ($name, $value)", transaction, ("$name", SqliteType.Text), ("$value", SqliteType.Text));
        void Add(string name, string value)
        {
            add.Parameters["$name"].Value = name;
            add.Parameters["$value"].Value = value;
            add.ExecuteNonQuery();
        }

        Add("model", facts.Model);
        if (facts.ModelFingerprint is not null)
        {
            Add("model_fingerprint", facts.ModelFingerprint);
        }

        Add("dimension", facts.Dimension.ToString());
        Add("metric", facts.Metric.ToString());
        Add("store_id", Guid.NewGuid().ToString("N"));
        transaction.Commit();
    }

    private static void CheckFormat(SqliteConnection connection, string folder)
    {
        long application = (long)StoreDatabase.Scalar(connection, "PRAGMA application_id")!;
        if (application != StoreDatabase.ApplicationId)
        {
            throw new IndexNotFoundException(
                folder,
                IsEmpty(connection)
                    ? "its database is empty (indexing was interrupted before anything was stored). Index into it again."
                    : $"{StoreDatabase.FileName} is a database of another program.");
        }

        StoreMigration.Run(connection);
        int version = (int)(long)StoreDatabase.Scalar(connection, "PRAGMA user_version")!;
        if (version != FormatVersion)
        {
            throw new IndexFormatException(folder, version, FormatVersion);
        }
    }

    internal static Dictionary<string, string> ReadFacts(SqliteConnection connection, SqliteTransaction? transaction = null)
    {
        using SqliteCommand all = StoreDatabase.Command(connection, "SELECT name, value FROM facts", transaction);
        using SqliteDataReader row = all.ExecuteReader();
        Dictionary<string, string> facts = [];
        while (row.Read())
        {
            facts[row.GetString(0)] = row.GetString(1);
        }

        return facts;
    }

    private static IndexFacts FactsOf(Dictionary<string, string> stored, string folder)
    {
        string dimensionText = Fact(stored, "dimension", folder);
        if (!int.TryParse(dimensionText, out int dimension) || dimension is < 1 or > IndexFacts.MaxDimension)
        {
            throw new IndexCorruptException(folder, $"the fact 'dimension' is '{dimensionText}', not a number from 1 to {IndexFacts.MaxDimension}");
        }

        string metricText = Fact(stored, "metric", folder);
        if (!Enum.TryParse(metricText, out VectorMetric metric) || !Enum.IsDefined(metric))
        {
            throw new IndexCorruptException(folder, $"the fact 'metric' is '{metricText}', not one of {string.Join(", ", Enum.GetNames<VectorMetric>())}");
        }

        return new IndexFacts(Fact(stored, "model", folder), dimension)
        {
            ModelFingerprint = stored.GetValueOrDefault("model_fingerprint"),
            Metric = metric,
        };
    }

    private static string Fact(Dictionary<string, string> stored, string name, string folder) =>
        stored.TryGetValue(name, out string? value) ? value : throw new IndexCorruptException(folder, $"the fact '{name}' is missing");
}

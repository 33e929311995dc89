using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Akin.Search.Storage;

/// <summary>Opens connections to the database of an index folder and turns SQLite's errors into those of the index.</summary>
internal static class StoreDatabase
{
    public const string FileName = "index.db";

    // PRAGMA application_id: "Akin" in ASCII.
    public const int ApplicationId = 0x416B_696E;

    static StoreDatabase() => Batteries_V2.Init();

    public static string PathIn(string folder) => Path.Combine(folder, FileName);

    /// <summary>Opens a connection whose commits are on the disk before they return (write-ahead log, synchronous FULL).</summary>
    public static SqliteConnection Connect(string folder, TimeSpan busyTimeout, bool create = false)
    {
        SqliteConnectionStringBuilder settings = new()
        {
            DataSource = PathIn(folder),
            Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            // A pooled connection would keep files open after Dispose.
            Pooling = false,
            // Waiting is SQLite's own (busy_timeout below); this only keeps the client from retrying on top of it.
            DefaultTimeout = 1,
        };
        SqliteConnection connection = new(settings.ConnectionString);
        try
        {
            connection.Open();
            Execute(connection, $"PRAGMA busy_timeout = {(long)busyTimeout.TotalMilliseconds}");
            Execute(connection, "PRAGMA synchronous = FULL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a database in memory, so that what the first connection of a process has to load is there.</summary>
    public static void WarmUp()
    {
        using SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = ":memory:", Pooling = false }.ConnectionString);
        connection.Open();
        Scalar(connection, "SELECT 1");
    }

    public static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using SqliteCommand command = Command(connection, sql, transaction);
        command.ExecuteNonQuery();
    }

    public static object? Scalar(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using SqliteCommand command = Command(connection, sql, transaction);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    public static SqliteCommand Command(
        SqliteConnection connection, string sql, SqliteTransaction? transaction, params ReadOnlySpan<(string Name, SqliteType Type)> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of this assembly; values go in as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        foreach ((string name, SqliteType type) in parameters)
        {
            command.Parameters.Add(name, type);
        }

        return command;
    }

    /// <summary>Whether an error comes out of the database: SQLite's own, or a value of another kind than the schema says, which only damage can make.</summary>
    public static bool IsOfDatabase(Exception error) => error is SqliteException or InvalidCastException or FormatException or OverflowException
        || error.GetType() == typeof(InvalidOperationException);

    /// <summary>The index's own error for one of the database.</summary>
    public static SearchIndexException Translate(Exception error, string folder, TimeSpan busyTimeout) => error is SqliteException own
        ? Translate(own, folder, busyTimeout)
        : new IndexCorruptException(folder, $"{FileName}: {error.Message.TrimEnd('.')}", error);

    private static SearchIndexException Translate(SqliteException error, string folder, TimeSpan busyTimeout) => error.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new IndexBusyException(folder, busyTimeout, error),
        raw.SQLITE_FULL => new IndexStorageException(folder, isDiskFull: true, Words(error), error),
        // A write refused by a file size limit or a quota is reported as an I/O error.
        raw.SQLITE_IOERR => new IndexStorageException(
            folder, error.SqliteExtendedErrorCode is raw.SQLITE_IOERR_WRITE or raw.SQLITE_IOERR_SHMSIZE, Words(error), error),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new IndexCorruptException(folder, $"{FileName}: {Words(error)}", error),
        _ => new IndexStorageException(folder, isDiskFull: false, Words(error), error),
    };

    private static string Words(SqliteException error) =>
        $"{raw.sqlite3_errstr(error.SqliteErrorCode).utf8_to_string()} (SQLite error {error.SqliteExtendedErrorCode})";
}

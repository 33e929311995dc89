using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Akin.Search.Storage;

/// <summary>Work on the database as a whole.</summary>
public sealed partial class DocumentStore
{
    // Steps of SQLite's machine between two looks at the cancellation token.
    private const int StepsPerLook = 1_000;

    /// <summary>Writes the database as it is now, without gaps, to a new file. Nobody waits for it.</summary>
    /// <returns>How many documents are in the copy.</returns>
    internal long CopyDatabase(string path, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Interruptible(
            connection =>
            {
                using SqliteCommand copy = StoreDatabase.Command(connection, "VACUUM INTO $path", null, ("$path", SqliteType.Text));
                copy.Parameters["$path"].Value = path;
                copy.ExecuteNonQuery();
            },
            () => progress?.Report(new FileInfo(path) is { Exists: true } file ? file.Length : 0),
            cancellationToken);
        try
        {
            using SqliteConnection written = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
            written.Open();
            return (long)StoreDatabase.Scalar(written, "SELECT count(*) FROM vectors")!;
        }
        catch (SqliteException error)
        {
            throw StoreDatabase.Translate(error, Folder, _options.WriteTimeout);
        }
    }

    /// <summary>Gives the room of deleted and replaced documents back to the disk. Readers go on; writers wait.</summary>
    internal void Vacuum(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Interruptible(
            connection =>
            {
                StoreDatabase.Execute(connection, "VACUUM");
                // The new database lies in the log. Readers may keep it from being brought over now: then a later commit does it.
                StoreDatabase.Execute(connection, "PRAGMA busy_timeout = 0");
                StoreDatabase.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            },
            look: null,
            cancellationToken);
    }

    private void Interruptible(Action<SqliteConnection> work, Action? look, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using SqliteConnection connection = StoreDatabase.Connect(Folder, _options.WriteTimeout);
            raw.sqlite3_progress_handler(
                connection.Handle,
                StepsPerLook,
                _ =>
                {
                    look?.Invoke();
                    return cancellationToken.IsCancellationRequested ? 1 : 0;
                },
                null);
            work(connection);
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            throw new OperationCanceledException(error.Message, error, cancellationToken);
        }
        catch (SqliteException error)
        {
            throw StoreDatabase.Translate(error, Folder, _options.WriteTimeout);
        }
    }
}

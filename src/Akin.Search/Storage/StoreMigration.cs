using Microsoft.Data.Sqlite;

namespace Akin.Search.Storage;

/// <summary>Brings a store of an older format up to this one: in one transaction, so an interruption leaves the older one whole.</summary>
internal static class StoreMigration
{
    // Version 1 had no tables of fields.
    private const long WithoutFields = 1;

    public static void Run(SqliteConnection connection)
    {
        if (VersionOf(connection) != WithoutFields)
        {
            return;
        }

        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        if (VersionOf(connection, transaction) != WithoutFields)
        {
            return; // another process was first
        }

        StoreDatabase.Execute(connection, FieldTables.Schema, transaction);
        StoreDatabase.Execute(connection, "INSERT INTO unindexed (row) SELECT row FROM documents", transaction);
        using (FieldWriter fields = new(connection, transaction))
        using (SqliteCommand all = StoreDatabase.Command(connection, "SELECT row, metadata FROM documents", transaction))
        {
            using SqliteDataReader document = all.ExecuteReader();
            while (document.Read())
            {
                fields.Write(document.GetInt64(0), document.IsDBNull(1) ? null : document.GetString(1));
            }
        }

        StoreDatabase.Execute(connection, $"PRAGMA user_version = {DocumentStore.FormatVersion}", transaction);
        transaction.Commit();
    }

    private static long VersionOf(SqliteConnection connection, SqliteTransaction? transaction = null) =>
        (long)StoreDatabase.Scalar(connection, "PRAGMA user_version", transaction)!;
}

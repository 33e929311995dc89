using Akin.Search.Filters;
using Microsoft.Data.Sqlite;

namespace Akin.Search.Storage;

/// <summary>Writes the fields of documents inside a transaction.</summary>
internal sealed class FieldWriter(SqliteConnection connection, SqliteTransaction transaction) : IDisposable
{
    private readonly Dictionary<string, long> _paths = [];
    private readonly SqliteCommand _path = StoreDatabase.Command(
        connection, "INSERT INTO paths (name) VALUES ($name) ON CONFLICT (name) DO UPDATE SET name = name RETURNING path", transaction, ("$name", SqliteType.Text));

    private readonly SqliteCommand _field = StoreDatabase.Command(
        connection,
        "INSERT OR IGNORE INTO fields (path, key, row) VALUES ($path, $key, $row)",
        transaction,
        ("$path", SqliteType.Integer), ("$key", SqliteType.Blob), ("$row", SqliteType.Integer));

    private readonly SqliteCommand _indexed = StoreDatabase.Command(
        connection, "DELETE FROM unindexed WHERE row = $row", transaction, ("$row", SqliteType.Integer));

    /// <summary>Writes the fields of a document that has just been added, unless they are unusual: then it stays among those that are looked at themselves.</summary>
    public void Write(long row, string? metadata)
    {
        if (FieldEntries.Of(metadata) is not { } entries)
        {
            return;
        }

        _field.Parameters["$row"].Value = row;
        foreach (FieldEntry entry in entries)
        {
            _field.Parameters["$path"].Value = PathOf(entry.Path);
            _field.Parameters["$key"].Value = entry.Key;
            _field.ExecuteNonQuery();
        }

        _indexed.Parameters["$row"].Value = row;
        _indexed.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _path.Dispose();
        _field.Dispose();
        _indexed.Dispose();
    }

    private long PathOf(string name)
    {
        if (!_paths.TryGetValue(name, out long path))
        {
            _path.Parameters["$name"].Value = name;
            path = (long)_path.ExecuteScalar()!;
            _paths.Add(name, path);
        }

        return path;
    }
}

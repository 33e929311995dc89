using Microsoft.Data.Sqlite;

namespace Akin.Search.Storage;

/// <summary>Removes rows by document identifier inside a transaction and notes each removal for the derived data.</summary>
internal sealed class RowRemoval(SqliteConnection connection, SqliteTransaction transaction) : IDisposable
{
    private readonly SqliteCommand _document = StoreDatabase.Command(
        connection, "DELETE FROM documents WHERE id = $id RETURNING row", transaction, ("$id", SqliteType.Text));

    private readonly SqliteCommand _vector = StoreDatabase.Command(
        connection, "DELETE FROM vectors WHERE row = $row", transaction, ("$row", SqliteType.Integer));

    private readonly SqliteCommand _note = StoreDatabase.Command(
        connection, "INSERT INTO deletions (row) VALUES ($row)", transaction, ("$row", SqliteType.Integer));

    /// <summary>Removes a document and its vector; false when it is not there.</summary>
    public bool Remove(string id)
    {
        _document.Parameters["$id"].Value = id;
        if (_document.ExecuteScalar() is not long row)
        {
            return false;
        }

        _vector.Parameters["$row"].Value = row;
        _vector.ExecuteNonQuery();
        _note.Parameters["$row"].Value = row;
        _note.ExecuteNonQuery();
        return true;
    }

    public void Dispose()
    {
        _document.Dispose();
        _vector.Dispose();
        _note.Dispose();
    }
}

namespace Akin.Search.Storage;

/// <summary>The tables by which documents are found by the fields of their metadata.</summary>
internal static class FieldTables
{
    // A document is in fields with all that it has, or it is in unindexed and looked at itself. The triggers keep that so whoever writes:
    // a program that knows nothing of fields (an older one that had the index open) leaves its documents in unindexed.
    public const string Schema = """
        CREATE TABLE paths (path INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE fields (path INTEGER NOT NULL, key BLOB NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (path, key, row)) STRICT, WITHOUT ROWID;
        CREATE INDEX fields_of_row ON fields (row);
        CREATE TABLE unindexed (row INTEGER PRIMARY KEY) STRICT;
        CREATE TRIGGER document_added AFTER INSERT ON documents BEGIN
            INSERT INTO unindexed (row) VALUES (new.row);
        END;
        CREATE TRIGGER document_removed AFTER DELETE ON documents BEGIN
            DELETE FROM fields WHERE row = old.row;
            DELETE FROM unindexed WHERE row = old.row;
        END;
        """;
}

namespace Akin.Search;

/// <summary>The store of record is damaged: its content cannot be trusted.</summary>
public sealed class IndexCorruptException(string folder, string finding, Exception? cause = null)
    : SearchIndexException(
        folder,
        $"Index '{folder}' is damaged: {finding}. Restore it from a copy, or index the documents again in a new folder.",
        cause);

namespace Akin.Search;

/// <summary>The folder does not hold an index.</summary>
public sealed class IndexNotFoundException(string folder, string reason)
    : SearchIndexException(folder, $"'{folder}' is not a search index: {reason}");

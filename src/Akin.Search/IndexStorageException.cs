namespace Akin.Search;

/// <summary>The disk is full, or the operating system refused to read or write. What was acknowledged before is still there.</summary>
public sealed class IndexStorageException : SearchIndexException
{
    internal IndexStorageException(string folder, bool isDiskFull, string finding, Exception? cause)
        : base(
            folder,
            isDiskFull
                ? $"There is no room left for index '{folder}': {finding}. What was stored before is kept; free some space and run the same command again."
                : $"Index '{folder}' could not be read or written: {finding}. What was stored before is kept.",
            cause) => IsDiskFull = isDiskFull;

    /// <summary>Whether the reason is that no space is left (on the disk, or in a quota or a file size limit).</summary>
    public bool IsDiskFull { get; }
}

namespace Akin.Hub;

/// <summary>A file of a repository at a commit, as the hub lists it.</summary>
/// <param name="Path">Name inside the repository, with forward slashes.</param>
/// <param name="SizeBytes">Size in bytes.</param>
/// <param name="BlobId">SHA-1 of the git object: of the file itself, or of the pointer when the file is in large-file storage.</param>
/// <param name="Sha256">SHA-256 of a file in large-file storage; <see langword="null"/> for a small file.</param>
public sealed record RepositoryFile(string Path, long SizeBytes, string BlobId, string? Sha256)
{
    /// <summary>What names the file in the cache and proves its content: <see cref="Sha256"/>, else <see cref="BlobId"/>.</summary>
    public string ETag => Sha256 ?? BlobId;

    // The store that serves new large files; kept because Python reads it from the listing in the cache.
    internal string? XetHash { get; init; }
}

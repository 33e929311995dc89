namespace Akin.Hub;

/// <summary>A model in the cache.</summary>
/// <param name="Id">Name of the repository, <c>org/name</c>.</param>
/// <param name="Folder">Its folder in the cache.</param>
/// <param name="SizeBytes">Bytes on disk; a file that several revisions share counts once.</param>
/// <param name="FileCount">Files on disk; a file that several revisions share counts once.</param>
/// <param name="LastModified">When the newest of its files was written (UTC).</param>
/// <param name="Revisions">Its snapshots.</param>
public sealed record CachedModel(
    string Id, string Folder, long SizeBytes, int FileCount, DateTime LastModified, IReadOnlyList<CachedRevision> Revisions);

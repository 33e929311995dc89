namespace Akin.Hub;

/// <summary>A snapshot of a model in the cache.</summary>
/// <param name="Commit">The commit, 40 hexadecimal digits.</param>
/// <param name="References">Branches and tags that stand for it, as the cache last saw them.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="SizeBytes">Bytes of its files, shared ones included.</param>
/// <param name="Files">Names of its files, with forward slashes.</param>
public sealed record CachedRevision(string Commit, IReadOnlyList<string> References, string Folder, long SizeBytes, IReadOnlyList<string> Files);

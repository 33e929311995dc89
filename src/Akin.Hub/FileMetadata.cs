namespace Akin.Hub;

/// <summary>What a HEAD of a file tells: the commit it belongs to, the name of its blob, its size, and where its bytes are.</summary>
internal sealed record FileMetadata(string Commit, string ETag, long SizeBytes, Uri Location);

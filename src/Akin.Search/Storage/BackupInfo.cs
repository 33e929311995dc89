namespace Akin.Search.Storage;

/// <summary>What a backup holds.</summary>
/// <param name="Documents">Documents in it.</param>
/// <param name="SizeBytes">The length of the file.</param>
/// <param name="Checksum">SHA-256 of the database in it, as 64 hexadecimal digits; stored in the file and checked whenever it is read.</param>
public sealed record BackupInfo(long Documents, long SizeBytes, string Checksum);

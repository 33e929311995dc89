namespace Akin.Search;

/// <summary>What an index holds at one moment.</summary>
/// <param name="Facts">Model, dimension and metric.</param>
/// <param name="FormatVersion">The format version of the store.</param>
/// <param name="Documents">Documents stored.</param>
/// <param name="SizeBytes">Bytes of all files of the index folder.</param>
/// <param name="ScannedDocuments">Documents (deleted ones included) that the derived vector file covers; the others are read from the store when it is opened.</param>
public sealed record IndexInfo(IndexFacts Facts, int FormatVersion, long Documents, long SizeBytes, long ScannedDocuments);

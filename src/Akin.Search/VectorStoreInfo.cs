namespace Akin.Search;

/// <summary>What a store holds at one moment.</summary>
/// <param name="Documents">Documents stored.</param>
/// <param name="SizeBytes">Bytes that they take, with all that is made of them.</param>
/// <param name="Method">How vectors are found, in words.</param>
public sealed record VectorStoreInfo(long Documents, long SizeBytes, string Method);

namespace Akin.Search;

/// <summary>What a check of an index found, beside a database that is whole.</summary>
/// <param name="ScannedDocuments">Documents (deleted ones included) that the vector file covers.</param>
/// <param name="GraphDocuments">Documents (deleted ones included) that the graph covers; 0 without one.</param>
/// <param name="UnreachableDocuments">Documents of the graph that no way leads to: a walk never finds them. Rarely more than a few, and of exact duplicates.</param>
/// <param name="Damage">What is wrong with a derived file, or <see langword="null"/>. It is made anew from the database with the next change.</param>
public sealed record VectorIndexCheck(int ScannedDocuments, int GraphDocuments, int UnreachableDocuments, string? Damage);

namespace Akin.Search.Storage;

/// <summary>A file made from the store, and how far it reaches: rows up to one, and deletions up to one, are in it.</summary>
internal readonly record struct DerivedFile(string Name, long LastRow, long LastDeletion);

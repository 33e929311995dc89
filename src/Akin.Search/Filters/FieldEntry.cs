namespace Akin.Search.Filters;

/// <summary>One value of a document in the index over fields.</summary>
/// <param name="Path">The names from the outside in, joined by dots.</param>
/// <param name="Key">The value; see <see cref="FieldKey"/>.</param>
internal readonly record struct FieldEntry(string Path, byte[] Key);

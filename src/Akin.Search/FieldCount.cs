namespace Akin.Search;

/// <summary>A field of the metadata, and how many documents have a value in it.</summary>
/// <param name="Name">The field as a filter names it, such as <c>lang</c> or <c>maker.name</c>.</param>
/// <param name="Documents">The documents that have a text, a number, true or false in it, or a list with one.</param>
public sealed record FieldCount(string Name, long Documents);

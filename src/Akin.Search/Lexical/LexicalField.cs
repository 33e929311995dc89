namespace Akin.Search.Lexical;

/// <summary>A part of a document that is searched by words.</summary>
/// <param name="Name"><c>title</c>, <c>text</c>, or <c>metadata.NAME</c>: a string of the metadata or a list of strings.</param>
/// <param name="Weight">For how many a word counts here: 0.01 to 100, in steps of 0.01.</param>
public readonly record struct LexicalField(string Name, double Weight = 1);

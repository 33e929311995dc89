namespace Akin.Search.Lexical.Queries;

/// <summary>Any of the words of a text.</summary>
internal sealed record WordsQuery(string Text) : LexicalQuery;

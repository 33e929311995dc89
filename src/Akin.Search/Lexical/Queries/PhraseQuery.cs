namespace Akin.Search.Lexical.Queries;

/// <summary>The words of a text one behind the other.</summary>
internal sealed record PhraseQuery(string Text) : LexicalQuery;

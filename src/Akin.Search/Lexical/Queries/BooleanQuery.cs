namespace Akin.Search.Lexical.Queries;

/// <summary>All of the required, none of the excluded, and more of the wanted is better.</summary>
internal sealed record BooleanQuery(IReadOnlyList<LexicalQuery> Required, IReadOnlyList<LexicalQuery> Wanted, IReadOnlyList<LexicalQuery> Excluded) : LexicalQuery;

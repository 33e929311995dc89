using Akin.Search.Lexical.Queries;

namespace Akin.Search.Lexical;

/// <summary>What to look for by words: words of which documents should have many, phrases, and what must or must not be there.</summary>
public abstract record LexicalQuery
{
    private protected LexicalQuery()
    {
    }

    /// <summary>Documents with any of the words of a text, those with more and rarer ones first. Nothing in the text is a sign.</summary>
    /// <param name="text">The text.</param>
    public static LexicalQuery Words(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new WordsQuery(text);
    }

    /// <summary>Documents in which the words of a text stand one behind the other.</summary>
    /// <param name="text">The text.</param>
    public static LexicalQuery Phrase(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new PhraseQuery(text);
    }

    /// <summary>Documents that match all of the required queries, none of the excluded ones, and, where nothing is required, at least one of the wanted ones.</summary>
    /// <param name="required">What must be there.</param>
    /// <param name="wanted">What raises the score where it is there.</param>
    /// <param name="excluded">What must not be there.</param>
    public static LexicalQuery All(IEnumerable<LexicalQuery> required, IEnumerable<LexicalQuery>? wanted = null, IEnumerable<LexicalQuery>? excluded = null)
    {
        ArgumentNullException.ThrowIfNull(required);
        return new BooleanQuery([.. required], [.. wanted ?? []], [.. excluded ?? []]);
    }

    /// <summary>Documents that match any of some queries.</summary>
    /// <param name="queries">The queries.</param>
    public static LexicalQuery Any(params IEnumerable<LexicalQuery> queries) => All([], queries);

    /// <summary>
    /// Reads a query as people type it: <c>+must -mustnot "a phrase" AND OR NOT ( )</c>, the operators in capitals. Words side by side are wanted, each raising the score;
    /// AND binds them more closely than OR. Without any sign it is <see cref="Words"/>.
    /// </summary>
    /// <param name="text">The query.</param>
    /// <exception cref="LexicalQueryException">A quotation mark or bracket is not closed, or an operator has nothing beside it.</exception>
    public static LexicalQuery Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return QueryParser.Parse(text);
    }
}

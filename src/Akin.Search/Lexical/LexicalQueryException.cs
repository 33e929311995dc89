namespace Akin.Search.Lexical;

/// <summary>A query cannot be understood.</summary>
public sealed class LexicalQueryException : FormatException
{
    internal LexicalQueryException(string query, int position, string problem)
        : base($"The query '{query}' cannot be understood at character {position + 1}: {problem}.") => Position = position;

    /// <summary>Where in the query, in UTF-16 units from 0.</summary>
    public int Position { get; }
}

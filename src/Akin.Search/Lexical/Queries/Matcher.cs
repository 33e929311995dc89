using Akin.Search.Lexical.Postings;

namespace Akin.Search.Lexical.Queries;

/// <summary>Walks the documents of a segment that match a part of a query, forwards. Not thread-safe.</summary>
internal abstract class Matcher
{
    /// <summary>The document at hand: -1 before the first, <see cref="PostingsCursor.End"/> behind the last.</summary>
    public abstract int Document { get; }

    /// <summary>Moves to the first match from a document on.</summary>
    public abstract int Advance(int target);

    /// <summary>What the document at hand scores.</summary>
    /// <param name="length">Its length.</param>
    public abstract double Gain(int length);
}

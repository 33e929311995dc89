using Akin.Search.Lexical.Postings;

namespace Akin.Search.Lexical.Queries;

/// <summary>Documents that have a term.</summary>
internal sealed class TermMatcher(LexicalSnapshot snapshot, PostingsCursor postings, double weight) : Matcher
{
    public override int Document => postings.Document;

    public override int Advance(int target) => postings.Advance(target);

    public override double Gain(int length) => snapshot.Gain(weight, postings.Frequency, length);
}

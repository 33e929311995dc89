using Akin.Search.Lexical.Postings;

namespace Akin.Search.Lexical.Queries;

/// <summary>Documents that match any of some parts; each that does adds to the score. Without parts, none.</summary>
internal sealed class AnyMatcher(IReadOnlyList<Matcher> parts) : Matcher
{
    private int _document = -1;

    public override int Document => _document;

    public override int Advance(int target)
    {
        _document = PostingsCursor.End;
        foreach (Matcher part in parts)
        {
            _document = Math.Min(_document, part.Document >= target ? part.Document : part.Advance(target));
        }

        return _document;
    }

    public override double Gain(int length)
    {
        double sum = 0;
        foreach (Matcher part in parts)
        {
            sum += part.Document == _document ? part.Gain(length) : 0;
        }

        return sum;
    }
}

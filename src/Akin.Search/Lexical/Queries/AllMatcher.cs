using Akin.Search.Lexical.Postings;

namespace Akin.Search.Lexical.Queries;

/// <summary>Documents that match all of some required parts (at least one) and none of the excluded; wanted ones add to the score.</summary>
internal sealed class AllMatcher(IReadOnlyList<Matcher> required, IReadOnlyList<Matcher> wanted, IReadOnlyList<Matcher> excluded) : Matcher
{
    private int _document = -1;

    public override int Document => _document;

    public override int Advance(int target)
    {
        while (true)
        {
            target = Meeting(target);
            if (target == PostingsCursor.End || !excluded.Any(part => Stands(part, target)))
            {
                return _document = target;
            }

            target++;
        }
    }

    public override double Gain(int length)
    {
        double sum = 0;
        foreach (Matcher part in required)
        {
            sum += part.Gain(length);
        }

        foreach (Matcher part in wanted)
        {
            sum += Stands(part, _document) ? part.Gain(length) : 0;
        }

        return sum;
    }

    private static bool Stands(Matcher part, int document) => (part.Document >= document ? part.Document : part.Advance(document)) == document;

    /// <summary>The first document from one on at which all required parts stand.</summary>
    private int Meeting(int target)
    {
        for (int agreed = 0; agreed < required.Count && target != PostingsCursor.End;)
        {
            agreed = 0;
            foreach (Matcher part in required)
            {
                int document = part.Document >= target ? part.Document : part.Advance(target);
                if (document != target)
                {
                    target = document;
                    break;
                }

                agreed++;
            }
        }

        return target;
    }
}

using Akin.Search.Lexical.Postings;

namespace Akin.Search.Lexical.Queries;

/// <summary>A term of a query on its way through a segment, with what its documents score at most. Not thread-safe.</summary>
internal sealed class TermCursor
{
    private readonly LexicalSnapshot _snapshot;
    private readonly PostingsCursor _postings;
    private readonly double _weight;
    private int _boundedBlock = -1;
    private double _nearBest;

    public TermCursor(LexicalSnapshot snapshot, Segment segment, TermEntry entry, double weight, int place)
    {
        (_snapshot, _weight, Place) = (snapshot, weight, place);
        _postings = new PostingsCursor(segment, entry);
        Best = snapshot.BestGain(weight, _postings.AllImpacts);
    }

    /// <summary>Which term of the query it is.</summary>
    public int Place { get; }

    /// <summary>What no document of the segment exceeds for this term.</summary>
    public double Best { get; }

    public int Document => _postings.Document;

    /// <summary>The last document of the block that <see cref="Near"/> found.</summary>
    public int NearLast => _postings.NearLast;

    /// <summary>What no document of that block exceeds for this term.</summary>
    public double NearBest
    {
        get
        {
            if (_postings.NearIndex == _postings.BlockCount)
            {
                return 0;
            }

            if (_boundedBlock != _postings.NearIndex)
            {
                _boundedBlock = _postings.NearIndex;
                _nearBest = _snapshot.BestGain(_weight, _postings.NearImpacts);
            }

            return _nearBest;
        }
    }

    public int Advance(int target) => _postings.Advance(target);

    public void Near(int target) => _postings.Near(target);

    /// <summary>What the document at hand scores for this term.</summary>
    /// <param name="length">Its length.</param>
    public double Gain(int length) => _snapshot.Gain(_weight, _postings.Frequency, length);
}

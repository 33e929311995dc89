using Akin.Search.Lexical.Postings;

namespace Akin.Search.Lexical.Queries;

/// <summary>All documents at one moment, rows ascending from segment to segment, with the formula for their scores. Scores follow from what is stored alone, not from how it is spread over segments.</summary>
internal sealed class LexicalSnapshot
{
    private readonly double _unitsPerOccurrence;

    public LexicalSnapshot(IReadOnlyList<LiveSegment> segments, LexicalOptions options)
    {
        Segments = segments;
        _unitsPerOccurrence = options.UnitsPerOccurrence;
        Formula = new Bm25Formula(options.Scoring, new CollectionStatistics(
            segments.Sum(segment => (long)segment.Count),
            segments.Sum(segment => segment.FilledCount),
            segments.Sum(segment => segment.TotalLength) / _unitsPerOccurrence));
    }

    public IReadOnlyList<LiveSegment> Segments { get; }

    public Bm25Formula Formula { get; }

    /// <summary>How many documents have a term.</summary>
    public long DocumentFrequency(ReadOnlySpan<byte> term)
    {
        long count = 0;
        foreach (LiveSegment segment in Segments)
        {
            count += segment.Segment.Find(term) is >= 0 and int place ? segment.DocumentFrequency(place) : 0;
        }

        return count;
    }

    /// <summary>What a document scores for a term.</summary>
    /// <param name="weight">The term's weight.</param>
    /// <param name="frequency">Occurrences in units of the index.</param>
    /// <param name="length">The document's length in units of the index.</param>
    public double Gain(double weight, int frequency, int length) =>
        Formula.Gain(weight, frequency / _unitsPerOccurrence, Formula.Norm(length / _unitsPerOccurrence));

    /// <summary>The most that a document with one of some impacts can score for a term.</summary>
    public double BestGain(double weight, ReadOnlySpan<Impact> impacts)
    {
        double best = 0;
        foreach (Impact impact in impacts)
        {
            best = Math.Max(best, Gain(weight, impact.Frequency, impact.Length));
        }

        return best;
    }

    public void Retain()
    {
        foreach (LiveSegment segment in Segments)
        {
            segment.Segment.Bytes.Retain();
        }
    }

    public void Release()
    {
        foreach (LiveSegment segment in Segments)
        {
            segment.Segment.Bytes.Release();
        }
    }
}

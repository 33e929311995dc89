using System.Collections.Concurrent;

namespace Akin.Search.Lexical.Postings;

/// <summary>A segment with what is deleted in it, and the statistics of what is left.</summary>
internal sealed class LiveSegment
{
    // Documents of a term, by its place in the dictionary, where deleted ones had to be taken off.
    private readonly ConcurrentDictionary<int, int> _frequencies = new();

    public LiveSegment(Segment segment, DeletedDocuments deleted)
    {
        (Segment, Deleted) = (segment, deleted);
        ReadOnlySpan<int> lengths = segment.Lengths;
        long filled = 0, total = 0;
        for (int document = 0; document < lengths.Length; document++)
        {
            if (!deleted.Contains(document))
            {
                filled += lengths[document] > 0 ? 1 : 0;
                total += lengths[document];
            }
        }

        (FilledCount, TotalLength) = (filled, total);
    }

    public Segment Segment { get; }

    public DeletedDocuments Deleted { get; }

    /// <summary>Documents that are not deleted.</summary>
    public int Count => Segment.DocumentCount - Deleted.Count;

    /// <summary>Of these, those with any term.</summary>
    public long FilledCount { get; }

    /// <summary>Their lengths together, in units of the index.</summary>
    public long TotalLength { get; }

    /// <summary>How many documents that are not deleted have a term.</summary>
    /// <param name="term">Its place in the segment's dictionary.</param>
    public int DocumentFrequency(int term)
    {
        TermEntry entry = Segment.Entry(term);
        return Deleted.Count == 0 ? entry.DocumentCount : _frequencies.GetOrAdd(term, static (_, segment) => segment.Live.CountLive(segment.Entry), (Live: this, Entry: entry));
    }

    private int CountLive(TermEntry entry)
    {
        PostingsCursor cursor = new(Segment, entry);
        int count = entry.DocumentCount;
        foreach (int document in Deleted.All())
        {
            count -= cursor.Advance(document) == document ? 1 : 0;
        }

        return count;
    }
}

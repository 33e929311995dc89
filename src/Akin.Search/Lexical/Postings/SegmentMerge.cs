namespace Akin.Search.Lexical.Postings;

/// <summary>Writes several segments as one, without what is deleted in them.</summary>
internal static class SegmentMerge
{
    /// <summary>Writes the segment.</summary>
    /// <param name="segments">The segments, rows ascending from one to the next.</param>
    /// <param name="output">Where it goes.</param>
    /// <param name="cancellationToken">Stops between terms.</param>
    public static SegmentLayout Write(IReadOnlyList<LiveSegment> segments, Stream output, CancellationToken cancellationToken)
    {
        List<long> rows = [];
        List<int> lengths = [];
        int[][] places = [.. segments.Select(segment => Number(segment, rows, lengths))];
        SegmentWriter writer = new(output, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows), [.. lengths]);

        // The next term of each segment; those that have the smallest write their postings one after the other.
        int[] next = new int[segments.Count];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> smallest = default;
            bool isAny = false;
            for (int i = 0; i < next.Length; i++)
            {
                if (next[i] == segments[i].Segment.TermCount)
                {
                    continue;
                }

                ReadOnlySpan<byte> term = segments[i].Segment.Term(next[i]);
                if (!isAny || term.SequenceCompareTo(smallest) < 0)
                {
                    smallest = term;
                    isAny = true;
                }
            }

            if (!isAny)
            {
                return writer.Finish();
            }

            for (int i = 0; i < next.Length; i++)
            {
                Segment segment = segments[i].Segment;
                if (next[i] < segment.TermCount && segment.Term(next[i]).SequenceEqual(smallest))
                {
                    Copy(new PostingsCursor(segment, segment.Entry(next[i])), places[i], writer);
                    next[i]++;
                }
            }

            writer.EndTerm(smallest);
        }
    }

    /// <summary>One segment in memory.</summary>
    public static Segment InMemory(IReadOnlyList<LiveSegment> segments)
    {
        using MemoryStream stream = new();
        SegmentLayout layout = Write(segments, stream, CancellationToken.None);
        return new Segment(new SegmentBytes(stream.GetBuffer().AsSpan(0, (int)stream.Length)), layout);
    }

    /// <summary>Where the documents of a segment come to stand; -1 for deleted ones.</summary>
    private static int[] Number(LiveSegment live, List<long> rows, List<int> lengths)
    {
        ReadOnlySpan<long> segmentRows = live.Segment.Rows;
        ReadOnlySpan<int> segmentLengths = live.Segment.Lengths;
        int[] places = new int[segmentRows.Length];
        for (int document = 0; document < places.Length; document++)
        {
            places[document] = live.Deleted.Contains(document) ? -1 : rows.Count;
            if (places[document] >= 0)
            {
                rows.Add(segmentRows[document]);
                lengths.Add(segmentLengths[document]);
            }
        }

        return places;
    }

    private static void Copy(PostingsCursor cursor, int[] places, SegmentWriter writer)
    {
        while (cursor.Next() is not PostingsCursor.End and int document)
        {
            if (places[document] >= 0)
            {
                writer.Add(places[document], cursor.Frequency, cursor.PositionBytes);
            }
        }
    }
}

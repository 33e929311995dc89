using Akin.Search.Lexical.Postings;

namespace Akin.Search.Lexical.Queries;

/// <summary>Finds the best documents that match a query of any form by scoring every match.</summary>
internal static class MatchingSearch
{
    /// <summary>Adds the hits of all segments.</summary>
    /// <param name="snapshot">The documents.</param>
    /// <param name="compiler">Makes the matchers.</param>
    /// <param name="query">The query.</param>
    /// <param name="accepts">Which rows may be found; null for all.</param>
    /// <param name="hits">Where they go.</param>
    /// <param name="cancellationToken">Stops between segments.</param>
    public static void Run(
        LexicalSnapshot snapshot, QueryCompiler compiler, LexicalQuery query, Func<long, bool>? accepts, TopHits hits, CancellationToken cancellationToken)
    {
        double floor = compiler.Floor(query);
        foreach (LiveSegment live in snapshot.Segments)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (compiler.Compile(query, live.Segment) is not { } matcher)
            {
                continue;
            }

            ReadOnlySpan<long> rows = live.Segment.Rows;
            ReadOnlySpan<int> lengths = live.Segment.Lengths;
            for (int document = matcher.Advance(0); document != PostingsCursor.End; document = matcher.Advance(document + 1))
            {
                if (!live.Deleted.Contains(document) && accepts?.Invoke(rows[document]) != false && matcher.Gain(lengths[document]) is > 0 and double gain)
                {
                    hits.Add(rows[document], snapshot.Formula.Finish(floor + gain));
                }
            }
        }
    }

    /// <summary>The scores of some rows; those that do not match are left out.</summary>
    /// <param name="snapshot">The documents.</param>
    /// <param name="compiler">Makes the matchers.</param>
    /// <param name="query">The query.</param>
    /// <param name="rows">The rows, ascending.</param>
    /// <param name="cancellationToken">Stops between segments.</param>
    public static IReadOnlyList<RowHit> Score(
        LexicalSnapshot snapshot, QueryCompiler compiler, LexicalQuery query, IReadOnlyList<long> rows, CancellationToken cancellationToken)
    {
        double floor = compiler.Floor(query);
        List<RowHit> hits = [];
        foreach (LiveSegment live in snapshot.Segments)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (compiler.Compile(query, live.Segment) is not { } matcher)
            {
                continue;
            }

            ReadOnlySpan<long> places = live.Segment.Rows;
            ReadOnlySpan<int> lengths = live.Segment.Lengths;
            foreach (long row in rows)
            {
                int document = places.BinarySearch(row);
                if (document >= 0 && !live.Deleted.Contains(document) && matcher.Advance(document) == document && matcher.Gain(lengths[document]) is > 0 and double gain)
                {
                    hits.Add(new RowHit(row, snapshot.Formula.Finish(floor + gain)));
                }
            }
        }

        return hits;
    }
}

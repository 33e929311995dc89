using Akin.Search.Lexical.Postings;

namespace Akin.Search.Lexical.Queries;

/// <summary>
/// Finds the best documents that have any of some terms without looking at most of the others: Block-Max WAND (Ding and Suel, SIGIR 2011). Every block of a term's
/// postings knows the best score in it; where all that a run of documents could score together is not enough to be among the best so far, it is passed over.
/// The answer is exactly that of looking at every document.
/// </summary>
internal static class BlockMaxSearch
{
    // Bounds are sums in another order than scores: a few units in the last place apart. A bound counts for this much more.
    private const double BoundSlack = 1 + 1e-9;

    /// <summary>Adds the hits of all segments.</summary>
    /// <param name="snapshot">The documents.</param>
    /// <param name="terms">The terms of the query.</param>
    /// <param name="floor">What every document scores, with the terms or without.</param>
    /// <param name="accepts">Which rows may be found; null for all.</param>
    /// <param name="hits">Where they go.</param>
    /// <param name="cancellationToken">Stops between segments.</param>
    public static void Run(
        LexicalSnapshot snapshot, IReadOnlyList<WeightedTerm> terms, double floor, Func<long, bool>? accepts, TopHits hits, CancellationToken cancellationToken)
    {
        foreach (LiveSegment live in snapshot.Segments)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<TermCursor> cursors = [];
            for (int i = 0; i < terms.Count; i++)
            {
                if (live.Segment.Find(terms[i].Bytes) is >= 0 and int place)
                {
                    TermCursor cursor = new(snapshot, live.Segment, live.Segment.Entry(place), terms[i].Weight, i);
                    cursor.Advance(0);
                    cursors.Add(cursor);
                }
            }

            new Walk(snapshot.Formula, live, [.. cursors], terms.Count, floor, accepts, hits).ToEnd();
        }
    }

    private readonly ref struct Walk(Bm25Formula formula, LiveSegment live, TermCursor[] cursors, int termCount, double floor, Func<long, bool>? accepts, TopHits hits)
    {
        private readonly ReadOnlySpan<int> _lengths = live.Segment.Lengths;
        private readonly ReadOnlySpan<long> _rows = live.Segment.Rows;
        private readonly double[] _gains = new double[termCount];

        public void ToEnd()
        {
            while (true)
            {
                Sort();
                if (!FindPivot(out int pivot))
                {
                    return;
                }

                int document = cursors[pivot].Document;
                if (!MayEnter(NearBest(document, pivot)))
                {
                    PassOver(document, pivot);
                }
                else if (cursors[0].Document == document)
                {
                    Score(document);
                }
                else
                {
                    // All that stand before it cannot reach it without it.
                    for (int i = 0; cursors[i].Document < document; i++)
                    {
                        cursors[i].Advance(document);
                    }
                }
            }
        }

        private bool MayEnter(double bound) => formula.Finish(floor + bound * BoundSlack) > hits.Threshold;

        /// <summary>By the documents they stand at; they are nearly in order already.</summary>
        private void Sort()
        {
            for (int i = 1; i < cursors.Length; i++)
            {
                TermCursor cursor = cursors[i];
                int to = i;
                for (; to > 0 && cursors[to - 1].Document > cursor.Document; to--)
                {
                    cursors[to] = cursors[to - 1];
                }

                cursors[to] = cursor;
            }
        }

        /// <summary>The first document that could be among the best: the terms that stand before it cannot score enough by themselves.</summary>
        private bool FindPivot(out int pivot)
        {
            double sum = 0;
            for (pivot = 0; pivot < cursors.Length && cursors[pivot].Document != PostingsCursor.End; pivot++)
            {
                sum += cursors[pivot].Best;
                if (MayEnter(sum))
                {
                    while (pivot + 1 < cursors.Length && cursors[pivot + 1].Document == cursors[pivot].Document)
                    {
                        pivot++;
                    }

                    return true;
                }
            }

            return false;
        }

        private double NearBest(int document, int pivot)
        {
            double sum = 0;
            for (int i = 0; i <= pivot; i++)
            {
                cursors[i].Near(document);
                sum += cursors[i].NearBest;
            }

            return sum;
        }

        /// <summary>No document is good enough up to where the first of the blocks ends, or another term joins in.</summary>
        private void PassOver(int document, int pivot)
        {
            int next = pivot + 1 < cursors.Length ? cursors[pivot + 1].Document : PostingsCursor.End;
            for (int i = 0; i <= pivot; i++)
            {
                next = Math.Min(next, cursors[i].NearLast == PostingsCursor.End ? PostingsCursor.End : cursors[i].NearLast + 1);
            }

            next = Math.Max(next, document + 1);
            for (int i = 0; i <= pivot; i++)
            {
                cursors[i].Advance(next);
            }
        }

        private void Score(int document)
        {
            Array.Clear(_gains);
            int length = _lengths[document];
            for (int i = 0; i < cursors.Length && cursors[i].Document == document; i++)
            {
                _gains[cursors[i].Place] = cursors[i].Gain(length);
                cursors[i].Advance(document + 1);
            }

            if (live.Deleted.Contains(document) || accepts?.Invoke(_rows[document]) == false)
            {
                return;
            }

            // In the order of the query, so that a score is the same bits whatever was passed over.
            double sum = 0;
            foreach (double gain in _gains)
            {
                sum += gain;
            }

            if (sum > 0)
            {
                hits.Add(_rows[document], formula.Finish(floor + sum));
            }
        }
    }
}

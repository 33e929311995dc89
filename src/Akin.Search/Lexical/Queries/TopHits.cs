namespace Akin.Search.Lexical.Queries;

/// <summary>Keeps the best hits. Of equal scores the earlier row stays.</summary>
internal sealed class TopHits(int capacity)
{
    // The worst kept hit is on top: the lowest score, of equal scores the latest row.
    private readonly PriorityQueue<RowHit, (double Score, long Reverse)> _kept = new();

    /// <summary>A later row must score more than this to be kept.</summary>
    public double Threshold { get; private set; }

    /// <summary>Adds a hit; rows must ascend.</summary>
    public void Add(long row, double score)
    {
        if (score <= Threshold)
        {
            return;
        }

        _kept.Enqueue(new RowHit(row, score), (score, -row));
        if (_kept.Count > capacity)
        {
            _kept.Dequeue();
        }

        Threshold = _kept.Count == capacity ? _kept.Peek().Score : 0;
    }

    /// <summary>The hits, best first; nothing is kept any more.</summary>
    public RowHit[] Drain()
    {
        RowHit[] hits = new RowHit[_kept.Count];
        for (int i = hits.Length - 1; i >= 0; i--)
        {
            hits[i] = _kept.Dequeue();
        }

        return hits;
    }
}

namespace Akin.Kernels;

/// <summary>A binary heap of (score, row) in the caller's spans; its root is the worst entry kept.</summary>
internal ref struct RowHeap(Span<float> scores, Span<int> rows, int count)
{
    private readonly Span<float> _scores = scores;
    private readonly Span<int> _rows = rows;

    public int Count { get; private set; } = count;

    public void Add(int row, float score)
    {
        if (Count < _scores.Length)
        {
            SiftUp(Count++, row, score);
        }
        else if (Count > 0 && IsBetter(row, score, _rows[0], _scores[0]))
        {
            SiftDown(row, score, Count);
        }
    }

    public void AddRange(int firstRow, ReadOnlySpan<float> scores)
    {
        int i = 0;
        for (; i < scores.Length && Count < _scores.Length; i++)
        {
            Add(firstRow + i, scores[i]);
        }

        // Nearly every row of a long scan is passed over here.
        while (Count > 0 && (i += TopK.FirstNotBelow(_scores[0], scores[i..])) < scores.Length)
        {
            Add(firstRow + i, scores[i]);
            i++;
        }
    }

    /// <summary>Puts the entries in order, best first; the heap is none afterwards.</summary>
    public readonly void Sort()
    {
        for (int last = Count - 1; last > 0; last--)
        {
            // The root is the worst of those left: it goes to the end, and the last one takes its way down.
            (int row, float score) = (_rows[last], _scores[last]);
            (_rows[last], _scores[last]) = (_rows[0], _scores[0]);
            SiftDown(row, score, last);
        }
    }

    private static bool IsBetter(int row, float score, int otherRow, float otherScore)
    {
        if (score == otherScore || (float.IsNaN(score) && float.IsNaN(otherScore)))
        {
            return row < otherRow;
        }

        return score > otherScore || float.IsNaN(otherScore);
    }

    private readonly void SiftUp(int index, int row, float score)
    {
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (!IsBetter(_rows[parent], _scores[parent], row, score))
            {
                break;
            }

            (_rows[index], _scores[index]) = (_rows[parent], _scores[parent]);
            index = parent;
        }

        (_rows[index], _scores[index]) = (row, score);
    }

    /// <summary>Replaces the root of a heap of <paramref name="count"/> entries.</summary>
    private readonly void SiftDown(int row, float score, int count)
    {
        int index = 0;
        while (true)
        {
            int child = 2 * index + 1;
            if (child >= count)
            {
                break;
            }

            if (child + 1 < count && IsBetter(_rows[child], _scores[child], _rows[child + 1], _scores[child + 1]))
            {
                child++;
            }

            if (!IsBetter(row, score, _rows[child], _scores[child]))
            {
                break;
            }

            (_rows[index], _scores[index]) = (_rows[child], _scores[child]);
            index = child;
        }

        (_rows[index], _scores[index]) = (row, score);
    }
}

namespace Akin.Kernels;

/// <summary>Keeps the k rows with the highest scores of a stream of rows.</summary>
/// <remarks>
/// The order is total, so the answer does not depend on the order of arrival or the number of threads: higher score first,
/// among equal scores the lower row first, NaN after every number. Nothing is allocated after construction. Not thread-safe.
/// </remarks>
public sealed class TopK
{
    // A binary heap whose root is the worst entry kept.
    private readonly float[] _scores;
    private readonly int[] _rows;

    /// <summary>Makes an empty selection.</summary>
    /// <param name="capacity">k, the number of rows to keep; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public TopK(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _scores = new float[capacity];
        _rows = new int[capacity];
    }

    /// <summary>k, the number of rows kept at most.</summary>
    public int Capacity => _scores.Length;

    /// <summary>The number of rows kept now.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all rows.</summary>
    public void Clear() => Count = 0;

    /// <summary>Offers one row.</summary>
    /// <param name="row">The row's number; each row should be offered once.</param>
    /// <param name="score">Its score, higher is better.</param>
    public void Add(int row, float score)
    {
        if (Count < _scores.Length)
        {
            SiftUp(Count++, row, score);
        }
        else if (IsBetter(row, score, _rows[0], _scores[0]))
        {
            SiftDown(row, score, Count);
        }
    }

    /// <summary>Offers consecutive rows.</summary>
    /// <param name="firstRow">The number of the row that <c>scores[0]</c> belongs to.</param>
    /// <param name="scores">One score a row.</param>
    public void AddRange(int firstRow, ReadOnlySpan<float> scores)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            Add(firstRow + i, scores[i]);
        }
    }

    /// <summary>Offers all rows another selection keeps.</summary>
    /// <param name="other">The other selection; unchanged.</param>
    public void Merge(TopK other)
    {
        for (int i = 0; i < other.Count; i++)
        {
            Add(other._rows[i], other._scores[i]);
        }
    }

    /// <summary>Writes the kept rows, best first, and forgets them.</summary>
    /// <param name="rows">Row numbers, at least <see cref="Count"/> long.</param>
    /// <param name="scores">Their scores, at least <see cref="Count"/> long.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="ArgumentException">A destination is too short.</exception>
    public int Drain(Span<int> rows, Span<float> scores)
    {
        int count = Count;
        if (rows.Length < count || scores.Length < count)
        {
            throw new ArgumentException($"{count} rows are kept, but the destinations hold {rows.Length} rows and {scores.Length} scores.", nameof(rows));
        }

        // The root is the worst: take it out and fill the destination from its end.
        for (int last = count - 1; last >= 0; last--)
        {
            rows[last] = _rows[0];
            scores[last] = _scores[0];
            SiftDown(_rows[last], _scores[last], last);
        }

        Count = 0;
        return count;
    }

    /// <summary>Selects from an array of scores.</summary>
    /// <param name="scores">One score a row.</param>
    /// <param name="rows">Receives the best rows' numbers, best first; its length is k.</param>
    /// <param name="best">Receives their scores; the same length.</param>
    /// <returns>How many were written: k, or the number of scores if that is smaller.</returns>
    /// <exception cref="ArgumentException">The destinations differ in length.</exception>
    public static int Select(ReadOnlySpan<float> scores, Span<int> rows, Span<float> best)
    {
        Shape.Require(best.Length, rows.Length, "as many as rows", nameof(best));
        if (rows.IsEmpty)
        {
            return 0;
        }

        TopK selection = new(Math.Min(rows.Length, Math.Max(scores.Length, 1)));
        selection.AddRange(0, scores);
        return selection.Drain(rows, best);
    }

    private static bool IsBetter(int row, float score, int otherRow, float otherScore) =>
        score > otherScore ||
        (score == otherScore && row < otherRow) ||
        (float.IsNaN(otherScore) && (!float.IsNaN(score) || row < otherRow));

    private void SiftUp(int index, int row, float score)
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

    /// <summary>Replaces the root and restores the heap of <paramref name="count"/> entries.</summary>
    private void SiftDown(int row, float score, int count)
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

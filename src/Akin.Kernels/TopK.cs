using System.Numerics;

namespace Akin.Kernels;

/// <summary>Keeps the k rows with the highest scores of a stream of rows.</summary>
/// <remarks>
/// The order is total, so the answer does not depend on the order of arrival or the number of threads: higher score first,
/// among equal scores the lower row first, NaN after every number. Nothing is allocated after construction. Not thread-safe
/// (<see cref="VectorScan"/> takes care of its own threads).
/// </remarks>
public sealed class TopK
{
    private readonly Lock _lock = new();
    private readonly float[] _scores;
    private readonly int[] _rows;
    private int _count;

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
    public int Count
    {
        // Ordered against the entries, so that a thread that sees the heap full also sees its root.
        get => Volatile.Read(ref _count);
        private set => Volatile.Write(ref _count, value);
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear() => Count = 0;

    /// <summary>Offers one row.</summary>
    /// <param name="row">The row's number; each row should be offered once.</param>
    /// <param name="score">Its score, higher is better.</param>
    public void Add(int row, float score)
    {
        RowHeap heap = new(_scores, _rows, Count);
        heap.Add(row, score);
        Count = heap.Count;
    }

    /// <summary>Offers consecutive rows.</summary>
    /// <param name="firstRow">The number of the row that <c>scores[0]</c> belongs to.</param>
    /// <param name="scores">One score a row.</param>
    public void AddRange(int firstRow, ReadOnlySpan<float> scores)
    {
        RowHeap heap = new(_scores, _rows, Count);
        heap.AddRange(firstRow, scores);
        Count = heap.Count;
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

        new RowHeap(_scores, _rows, count).Sort();
        _rows.AsSpan(0, count).CopyTo(rows);
        _scores.AsSpan(0, count).CopyTo(scores);
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
        RowHeap heap = new(best, rows, 0);
        heap.AddRange(0, scores);
        heap.Sort();
        return heap.Count;
    }

    /// <summary>The place of the first score that is not below another one, NaN included; their number when all are below.</summary>
    /// <param name="least">The score to reach.</param>
    /// <param name="scores">The scores to look through.</param>
    public static int FirstNotBelow(float least, ReadOnlySpan<float> scores)
    {
        int i = 0;
        Vector<float> limit = new(least);
        while (i <= scores.Length - Vector<float>.Count && Vector.LessThanAll(new Vector<float>(scores[i..]), limit))
        {
            i += Vector<float>.Count;
        }

        while (i < scores.Length && scores[i] < least)
        {
            i++;
        }

        return i;
    }

    /// <summary>Offers consecutive rows from one of several threads; the lock is taken only when one of them may be kept.</summary>
    internal void AddShared(int firstRow, ReadOnlySpan<float> scores)
    {
        // The worst kept score only rises, so an old value lets too much through and never too little.
        float threshold = Count < Capacity ? float.NegativeInfinity : Volatile.Read(ref _scores[0]);
        int first = FirstNotBelow(threshold, scores);
        if (first < scores.Length)
        {
            lock (_lock)
            {
                AddRange(firstRow + first, scores[first..]);
            }
        }
    }
}

namespace Akin.Datasets.Sampling;

/// <summary>
/// Batches in which no value occurs twice, in whichever columns: for losses that take the other rows of a batch as negatives. A row that clashes waits for a later batch.
/// With <c>dropLast</c>, when a pass gives fewer batches than <see cref="BatchCount"/> because of clashes, further passes repeat rows; without it there may be more, shorter batches.
/// </summary>
/// <remarks>sentence-transformers 6.2, <c>NoDuplicatesBatchSampler</c>.</remarks>
public sealed class NoDuplicatesBatchSampler : IBatchSampler
{
    private readonly IReadOnlyList<IReadOnlyList<string>> _values;
    private readonly int _batchSize;
    private readonly bool _dropLast;
    private readonly ulong _seed;

    /// <summary>Creates the sampler.</summary>
    /// <param name="values">The values of each row as text; columns of labels do not count and are left out.</param>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="dropLast">Whether batches with fewer rows are left out.</param>
    /// <param name="seed">The seed of the order.</param>
    public NoDuplicatesBatchSampler(IReadOnlyList<IReadOnlyList<string>> values, int batchSize, bool dropLast = false, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        _values = values;
        _batchSize = batchSize;
        _dropLast = dropLast;
        _seed = seed;
    }

    /// <inheritdoc/>
    public int BatchCount => BatchSampler.CountOf(_values.Count, _batchSize, _dropLast);

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<int>> Batches(int epoch = 0)
    {
        TorchGenerator generator = new(_seed + (ulong)epoch);
        int given = 0;
        while (given < BatchCount)
        {
            int before = given;
            foreach (IReadOnlyList<int> batch in Pass(generator.Permutation(_values.Count)))
            {
                yield return batch;
                given++;
                if (_dropLast && given == BatchCount)
                {
                    yield break;
                }
            }

            if (given == before)
            {
                yield break;
            }
        }
    }

    private IEnumerable<IReadOnlyList<int>> Pass(int[] order)
    {
        // A list whose links skip taken rows: rows that wait stay in order without being copied for every batch.
        LinkedList<int> waiting = new(order);
        while (waiting.Count > 0)
        {
            List<int> batch = new(_batchSize);
            HashSet<string> taken = new(StringComparer.Ordinal);
            for (LinkedListNode<int>? node = waiting.First; node is not null && batch.Count < _batchSize;)
            {
                LinkedListNode<int> row = node;
                node = node.Next;
                if (!_values[row.Value].Any(taken.Contains))
                {
                    taken.UnionWith(_values[row.Value]);
                    batch.Add(row.Value);
                    waiting.Remove(row);
                }
            }

            if (batch.Count == _batchSize || !_dropLast)
            {
                yield return batch;
            }
        }
    }
}

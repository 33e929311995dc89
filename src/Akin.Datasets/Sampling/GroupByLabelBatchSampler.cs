namespace Akin.Datasets.Sampling;

/// <summary>
/// Batches in which every class has at least two rows, and there are at least two classes: for batch triplet losses. Classes give two rows each in turn;
/// a class with one row, the odd row of a class, and what is left when one class remains are left out.
/// </summary>
/// <remarks>sentence-transformers 6.2, <c>GroupByLabelBatchSampler</c>.</remarks>
public sealed class GroupByLabelBatchSampler : IBatchSampler
{
    private const int RowsPerTurn = 2;

    private readonly int[][] _rowsOfLabel;
    private readonly int _batchSize;
    private readonly bool _dropLast;
    private readonly ulong _seed;
    private readonly Lazy<int> _batchCount;

    /// <summary>Creates the sampler.</summary>
    /// <param name="labels">The class of each row.</param>
    /// <param name="batchSize">Rows of a batch: an even number from 4.</param>
    /// <param name="dropLast">Whether a last batch with fewer rows is left out.</param>
    /// <param name="seed">The seed of the order.</param>
    /// <exception cref="DatasetException">The batch size is odd or less than 4, or fewer than two classes have two rows.</exception>
    public GroupByLabelBatchSampler(IReadOnlyList<long> labels, int batchSize, bool dropLast = false, ulong seed = 0)
    {
        if (batchSize < 2 * RowsPerTurn || batchSize % RowsPerTurn != 0)
        {
            throw new DatasetException($"the batch size is {batchSize}; two rows of at least two classes need an even number from 4.");
        }

        _rowsOfLabel = [.. labels.Select((label, row) => (label, row)).GroupBy(entry => entry.label, entry => entry.row).OrderBy(group => group.Key).Select(group => group.ToArray()).Where(rows => rows.Length >= RowsPerTurn)];
        if (_rowsOfLabel.Length < 2)
        {
            throw new DatasetException($"{_rowsOfLabel.Length} of the classes have two rows or more; two such classes are needed.");
        }

        _batchSize = batchSize;
        _dropLast = dropLast;
        _seed = seed;

        // How many batches there are depends on the sizes of the classes alone, not on the order.
        _batchCount = new Lazy<int>(() => Batches(0).Count());
    }

    /// <inheritdoc/>
    public int BatchCount => _batchCount.Value;

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<int>> Batches(int epoch = 0)
    {
        NumpyGenerator generator = new(_seed + (ulong)epoch);
        List<Queue<int>> turns = [.. generator.Permutation(_rowsOfLabel.Length).Select(label => new Queue<int>(generator.Permutation(_rowsOfLabel[label])))];
        List<int> batch = new(_batchSize);
        while (turns.Count > 1)
        {
            foreach (Queue<int> rows in turns)
            {
                batch.Add(rows.Dequeue());
                batch.Add(rows.Dequeue());
                if (batch.Count == _batchSize)
                {
                    yield return batch;
                    batch = new List<int>(_batchSize);
                }
            }

            turns.RemoveAll(rows => rows.Count < RowsPerTurn);
        }

        if (batch.Count > RowsPerTurn && !_dropLast)
        {
            yield return batch;
        }
    }
}

namespace Akin.Datasets.Sampling;

/// <summary>Rows in random order, or in their own, cut into batches.</summary>
public sealed class BatchSampler : IBatchSampler
{
    private readonly int _rowCount;
    private readonly int _batchSize;
    private readonly bool _dropLast;
    private readonly ulong? _seed;

    /// <summary>Creates the sampler.</summary>
    /// <param name="rowCount">Rows of the set.</param>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="dropLast">Whether a last batch with fewer rows is left out.</param>
    /// <param name="seed">The seed of the order (PyTorch's <c>randperm</c> with seed + epoch); null for the order of the rows.</param>
    public BatchSampler(int rowCount, int batchSize, bool dropLast = false, ulong? seed = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rowCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        _rowCount = rowCount;
        _batchSize = batchSize;
        _dropLast = dropLast;
        _seed = seed;
    }

    /// <inheritdoc/>
    public int BatchCount => CountOf(_rowCount, _batchSize, _dropLast);

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<int>> Batches(int epoch = 0)
    {
        int[] order = _seed is { } seed ? new TorchGenerator(seed + (ulong)epoch).Permutation(_rowCount) : [.. Enumerable.Range(0, _rowCount)];
        return order.Chunk(_batchSize).Where(batch => !_dropLast || batch.Length == _batchSize);
    }

    internal static int CountOf(int rowCount, int batchSize, bool dropLast) => dropLast ? rowCount / batchSize : (int)(((long)rowCount + batchSize - 1) / batchSize);
}

namespace Akin.Datasets.Collators;

/// <summary>Makes one batch of several examples.</summary>
/// <remarks>
/// Training inside Akin does not pad: these batches are for export and for programs that expect padded tensors. Implementations are safe to call from many threads.
/// </remarks>
public interface IDataCollator
{
    /// <summary>The batch of some examples.</summary>
    /// <param name="features">The examples: rows of a data set, or <see cref="RowValues"/>.</param>
    /// <param name="batchNumber">Which batch of the run this is: what is drawn at random depends on the collator's seed and on this, on nothing else.</param>
    /// <exception cref="DatasetException">The examples do not fit together; the message names the example and the column.</exception>
    CollatedBatch Collate(IReadOnlyList<IReadOnlyDictionary<string, object?>> features, long batchNumber = 0);
}

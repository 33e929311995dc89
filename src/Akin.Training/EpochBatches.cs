namespace Akin.Training;

/// <summary>Which examples make the batches of an epoch: a function of the seed and the epoch, so that a run can be taken up anywhere.</summary>
internal static class EpochBatches
{
    /// <summary>Batches of a megabatch that is sorted by length (transformers, <c>trainer_pt_utils.get_length_grouped_indices</c>).</summary>
    private const int MegabatchMultiple = 50;

    /// <summary>Divides the examples.</summary>
    /// <param name="strategy">The order.</param>
    /// <param name="exampleCount">How many there are.</param>
    /// <param name="batchSize">Examples of a batch.</param>
    /// <param name="dropsLast">Whether a last batch that is not full is dropped.</param>
    /// <param name="length">Tokens of an example; asked only when grouping by length.</param>
    /// <param name="seed">Of this epoch.</param>
    public static IReadOnlyList<int[]> Make(
        TrainSamplingStrategy strategy, int exampleCount, int batchSize, bool dropsLast, Func<int, int> length, ulong seed)
    {
        int[] order = strategy switch
        {
            TrainSamplingStrategy.Sequential => [.. Enumerable.Range(0, exampleCount)],
            TrainSamplingStrategy.GroupByLength => GroupedByLength(exampleCount, batchSize, length, seed),
            _ => Seeds.Permutation(exampleCount, seed),
        };
        return [.. order.Chunk(batchSize).Where(batch => !dropsLast || batch.Length == batchSize)];
    }

    private static int[] GroupedByLength(int exampleCount, int batchSize, Func<int, int> length, ulong seed)
    {
        int[] order = Seeds.Permutation(exampleCount, seed);
        int[] lengths = [.. Enumerable.Range(0, exampleCount).Select(length)];
        int multiple = Math.Max(1, Math.Min(exampleCount / (batchSize * 4), MegabatchMultiple));
        int[][] megabatches = [.. order.Chunk(multiple * batchSize).Select(megabatch => megabatch.OrderByDescending(index => lengths[index]).ToArray())];
        if (megabatches.Length > 0)
        {
            int longest = Enumerable.Range(0, megabatches.Length).MaxBy(i => lengths[megabatches[i][0]]);
            (megabatches[0][0], megabatches[longest][0]) = (megabatches[longest][0], megabatches[0][0]);
        }

        return [.. megabatches.SelectMany(megabatch => megabatch)];
    }
}

namespace Akin.Datasets.Sampling;

/// <summary>Every batch of several sets once, the sets mixed at random, each in its own order. Rows are numbered as if the sets lay one after the other.</summary>
/// <param name="rowCounts">Rows of each set.</param>
/// <param name="samplers">The sampler of each set.</param>
/// <param name="seed">The seed of the mixture.</param>
public sealed class ProportionalBatchSampler(IReadOnlyList<int> rowCounts, IReadOnlyList<IBatchSampler> samplers, ulong seed = 0) : IBatchSampler
{
    /// <inheritdoc/>
    public int BatchCount => samplers.Sum(sampler => sampler.BatchCount);

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<int>> Batches(int epoch = 0)
    {
        int[] setOfBatch = [.. samplers.SelectMany((sampler, set) => Enumerable.Repeat(set, sampler.BatchCount))];
        IEnumerator<IReadOnlyList<int>>[] sets = [.. samplers.Select(sampler => sampler.Batches(epoch).GetEnumerator())];
        try
        {
            foreach (int drawn in new TorchGenerator(seed + (ulong)epoch).Permutation(setOfBatch.Length))
            {
                int set = setOfBatch[drawn];
                if (sets[set].MoveNext())
                {
                    yield return JoinedSets.Place(sets[set].Current, rowCounts, set);
                }
            }
        }
        finally
        {
            Array.ForEach(sets, set => set.Dispose());
        }
    }
}

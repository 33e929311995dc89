namespace Akin.Datasets.Sampling;

/// <summary>One batch of each of several sets in turn, until the first set has no more. Rows are numbered as if the sets lay one after the other.</summary>
/// <param name="rowCounts">Rows of each set.</param>
/// <param name="samplers">The sampler of each set.</param>
public sealed class RoundRobinBatchSampler(IReadOnlyList<int> rowCounts, IReadOnlyList<IBatchSampler> samplers) : IBatchSampler
{
    /// <inheritdoc/>
    public int BatchCount => samplers.Count == 0 ? 0 : samplers.Min(sampler => sampler.BatchCount) * samplers.Count;

    /// <inheritdoc/>
    public IEnumerable<IReadOnlyList<int>> Batches(int epoch = 0)
    {
        IEnumerator<IReadOnlyList<int>>[] sets = [.. samplers.Select(sampler => sampler.Batches(epoch).GetEnumerator())];
        try
        {
            for (int given = 0; given < BatchCount; given++)
            {
                int set = given % sets.Length;
                if (!sets[set].MoveNext())
                {
                    yield break;
                }

                yield return JoinedSets.Place(sets[set].Current, rowCounts, set);
            }
        }
        finally
        {
            Array.ForEach(sets, set => set.Dispose());
        }
    }
}

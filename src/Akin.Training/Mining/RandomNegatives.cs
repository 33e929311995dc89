namespace Akin.Training.Mining;

/// <summary>Proposes any texts: easy negatives, to compare with. All scores are 0.</summary>
/// <param name="seed">The same seed gives the same texts.</param>
public sealed class RandomNegatives(int seed = 42) : INegativeSource
{
    /// <inheritdoc/>
    public bool HasScores => false;

    /// <inheritdoc/>
    public IReadOnlyList<NegativeCandidates> Find(
        IReadOnlyList<string> queries,
        IReadOnlyList<string> corpus,
        IReadOnlyList<int[]> positives,
        int count,
        IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        Random random = new(seed);
        int[] rows = [.. Enumerable.Range(0, corpus.Count)];
        List<NegativeCandidates> candidates = [];
        foreach (int[] known in positives)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // The first steps of a shuffle (Fisher and Yates): what the array held before does not matter.
            int taken = Math.Min(count, rows.Length);
            for (int i = 0; i < taken; i++)
            {
                int other = random.Next(i, rows.Length);
                (rows[i], rows[other]) = (rows[other], rows[i]);
            }

            candidates.Add(new NegativeCandidates(rows[..taken], new float[taken], new float[known.Length]));
        }

        progress?.Report(corpus.Count + queries.Count);
        return candidates;
    }
}

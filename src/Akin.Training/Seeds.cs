using Akin.Datasets.Sampling;

namespace Akin.Training;

/// <summary>Random numbers by place instead of by turn, so that a resumed run needs no state of a generator: every number follows from the run's seed
/// and from where it is used.</summary>
internal static class Seeds
{
    /// <summary>A seed for one of many uses of a seed.</summary>
    public static ulong Derive(ulong seed, ulong use) => CounterRandom.Whiten(unchecked(CounterRandom.Whiten(seed) + use));

    /// <summary>The order of an epoch: Fisher and Yates' shuffle with numbers by place.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="seed">Of this epoch.</param>
    public static int[] Permutation(int count, ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            // The high half of a 64 × 32 bit product: uniform to within 2⁻³².
            int other = (int)Math.BigMul(Derive(seed, (ulong)i), (ulong)(i + 1), out _);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }
}

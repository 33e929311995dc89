namespace Akin.Training.Tests;

public class EpochBatchesTests
{
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 1003).Select(i => 3 + (i * 7919 % 120))];

    [Theory]
    [InlineData(TrainSamplingStrategy.Random)]
    [InlineData(TrainSamplingStrategy.Sequential)]
    [InlineData(TrainSamplingStrategy.GroupByLength)]
    public void Make_OfAnyStrategy_TakesEveryExampleOnce(TrainSamplingStrategy strategy)
    {
        IReadOnlyList<int[]> batches = Make(strategy, 1);
        Assert.Equal(Enumerable.Range(0, Lengths.Length), batches.SelectMany(batch => batch).Order());
        Assert.Equal(126, batches.Count);
        Assert.Equal(3, batches[^1].Length);
        Assert.Equal(125, Make(strategy, 1, dropsLast: true).Count);
        Assert.Equal(batches.SelectMany(batch => batch), Make(strategy, 1).SelectMany(batch => batch));
        Assert.Equal(strategy == TrainSamplingStrategy.Sequential, batches.SelectMany(batch => batch).SequenceEqual(Make(strategy, 2).SelectMany(batch => batch)));
    }

    [Fact]
    public void Make_GroupedByLength_PutsEqualLengthsTogetherAndTheLongestFirst()
    {
        double Spread(TrainSamplingStrategy strategy) => Make(strategy, 1).Average(batch => batch.Max(i => Lengths[i]) - batch.Min(i => Lengths[i]));
        Assert.True(Spread(TrainSamplingStrategy.GroupByLength) < Spread(TrainSamplingStrategy.Random) / 5);
        Assert.Equal(Lengths.Max(), Lengths[Make(TrainSamplingStrategy.GroupByLength, 1)[0][0]]);
    }

    [Fact]
    public void Permutation_OfThreeThings_IsEveryOrderEquallyOften()
    {
        Dictionary<string, int> counts = [];
        for (ulong seed = 0; seed < 6000; seed++)
        {
            string order = string.Join(' ', Seeds.Permutation(3, seed));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1150)); // 1,000 ± 5 standard deviations
    }

    private static IReadOnlyList<int[]> Make(TrainSamplingStrategy strategy, ulong seed, bool dropsLast = false) =>
        EpochBatches.Make(strategy, Lengths.Length, 8, dropsLast, index => Lengths[index], seed);
}

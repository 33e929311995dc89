namespace Akin.Kernels.Tests;

public class DropoutTests
{
    private const int Count = 1_000_000;

    // The standard deviation of a count of rare or frequent events among a million is at most 500.
    private const int FiveDeviations = 2500;

    private static readonly float[] Ones = [.. Enumerable.Repeat(1f, Count)];

    [Theory]
    [InlineData(0.01f)]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void Mask_OfOneKey_DropsWithItsProbabilityIndependentlyOfNeighbours(float probability)
    {
        float[] mask = Apply(Ones, probability, key: 42);
        Assert.InRange(mask.Count(value => value == 0), (Count * probability) - FiveDeviations, (Count * probability) + FiveDeviations);
        Assert.All(mask, value => Assert.True(value == 0 || value == 1 / (1 - probability)));
        double both = Count * (double)probability * probability;
        foreach (int distance in (ReadOnlySpan<int>)[1, 2, 8, 16, 64, 384, 768, 4096, 65536])
        {
            int together = Enumerable.Range(0, Count - distance).Count(i => mask[i] == 0 && mask[i + distance] == 0);
            Assert.InRange(together, both * (Count - distance) / Count - FiveDeviations, both + FiveDeviations);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1L << 31)]
    [InlineData(1L << 32)]
    [InlineData(1L << 63)]
    public void Masks_OfKeysThatDifferInOneBit_AreIndependent(long bit)
    {
        float[] first = Apply(Ones, 0.5f, key: 42), second = Apply(Ones, 0.5f, key: 42 ^ (ulong)bit);
        int together = Enumerable.Range(0, Count).Count(i => first[i] == 0 && second[i] == 0);
        Assert.InRange(together, (Count / 4) - FiveDeviations, (Count / 4) + FiveDeviations);
    }

    [Fact]
    public void Apply_WithAResidualOnSeveralThreads_GivesTheSameBitsAsInTwoSteps()
    {
        using WorkerPool pool = new(3);
        Random random = new(1);
        float[] x = [.. Enumerable.Range(0, 100_003).Select(_ => (float)random.NextDouble())], residual = [.. x.Reverse()], together = new float[x.Length];
        Dropout.Apply(x, 0.3f, key: 7, residual, together, pool);
        float[] alone = new float[x.Length];
        Dropout.Apply(x, 0.3f, key: 7, residual: [], alone, WorkerPool.Serial);
        Assert.Equal(alone.Zip(residual, (kept, other) => kept + other), together);
        Dropout.Apply(x, 0.3f, key: 7, residual: [], x, pool); // in place
        Assert.Equal(alone, x);
    }

    [Fact]
    public void Apply_AtTheBounds_KeepsOrDropsEverything()
    {
        float[] x = [1, -2, 3, float.MaxValue, 5, 6, 7, 8, 9];
        Assert.Equal(x, Apply(x, 0, key: 1));
        Assert.All(Apply(x, 1, key: 1), value => Assert.Equal(0, value));
        Assert.Throws<ArgumentOutOfRangeException>(() => Apply(x, 1.5f, key: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Apply(x, float.NaN, key: 1));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(63, 7)]
    [InlineData(64, 1)]
    [InlineData(1000, 77)]
    public void ColumnSums_OfAnyNumberOfRows_AreThoseOfDoublePrecision(int rowCount, int width)
    {
        Random random = new(2);
        float[] matrix = [.. Enumerable.Range(0, rowCount * width).Select(_ => (float)random.NextDouble() - 0.5f)];
        float[] sums = [.. Enumerable.Repeat(1f, width)], serial = [.. sums];
        using WorkerPool pool = new(2);
        ColumnSums.Add(matrix, sums, pool);
        ColumnSums.Add(matrix, serial, WorkerPool.Serial);
        Assert.Equal(serial, sums);
        for (int column = 0; column < width; column++)
        {
            Assert.Equal(1 + Enumerable.Range(0, rowCount).Sum(row => (double)matrix[(row * width) + column]), sums[column], 1e-5 * Math.Sqrt(rowCount));
        }
    }

    private static float[] Apply(float[] input, float probability, ulong key)
    {
        float[] output = new float[input.Length];
        Dropout.Apply(input, probability, key, residual: [], output, WorkerPool.Shared);
        return output;
    }
}

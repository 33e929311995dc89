using System.Text.Json;
using Akin.Datasets.Sampling;

namespace Akin.Datasets.Tests;

/// <summary>Batch samplers against tests/goldens/training/collators/samplers.json (sentence-transformers 6.2).</summary>
public class BatchSamplerTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("training", "collators", "samplers.json"))).RootElement;

    public static TheoryData<int> Cases() => [.. Enumerable.Range(0, Golden.GetProperty("cases").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Batches_Golden_AreTheSameOrObeyTheInvariants(int index)
    {
        JsonElement golden = Golden.GetProperty("cases")[index];
        int[][] expected = [.. golden.GetProperty("batches").EnumerateArray().Select(Integers)];
        ulong seed = golden.GetProperty("seed").GetUInt64();
        switch (golden.GetProperty("sampler").GetString())
        {
            case "NoDuplicatesBatchSampler":
                string pairs = golden.TryGetProperty("pairs", out JsonElement named) ? named.GetString()! : "pairs";
                string[][] values = [.. Golden.GetProperty(pairs).EnumerateArray().Select(pair => new[] { pair[0].GetString()!, pair[1].GetString()! })];
                NoDuplicatesBatchSampler sampler = new(values, golden.GetProperty("batch_size").GetInt32(), golden.GetProperty("drop_last").GetBoolean(), seed);
                Assert.Equal(expected, sampler.Batches());
                if (golden.TryGetProperty("length", out JsonElement length))
                {
                    Assert.Equal(length.GetInt32(), sampler.BatchCount);
                }

                break;
            case "GroupByLabelBatchSampler":
                AssertGroups(golden, expected, seed);
                break;
            case "RoundRobinBatchSampler":
                Assert.Equal(expected, new RoundRobinBatchSampler([7, 3, 12], Parts()).Batches());
                Assert.Equal(golden.GetProperty("length").GetInt32(), new RoundRobinBatchSampler([7, 3, 12], Parts()).BatchCount);
                break;
            default:
                ProportionalBatchSampler proportional = new([7, 3, 12], Parts(), seed);
                int[][] batches = [.. proportional.Batches().Select(batch => batch.ToArray())];
                Assert.Equal(golden.GetProperty("length").GetInt32(), proportional.BatchCount);
                Assert.Equal(expected.OrderBy(batch => batch[0]), batches.OrderBy(batch => batch[0]));
                foreach (Func<int, bool> inSet in (Func<int, bool>[])[row => row < 7, row => row is >= 7 and < 10, row => row >= 10])
                {
                    Assert.Equal(batches.Where(batch => inSet(batch[0])).OrderBy(batch => batch[0]), batches.Where(batch => inSet(batch[0])));
                }

                break;
        }
    }

    [Fact]
    public void Permutation_GoldenSeeds_AreTorchs()
    {
        foreach (JsonElement golden in Golden.GetProperty("cases").EnumerateArray().Where(entry => entry.TryGetProperty("order_of_passes", out _)))
        {
            TorchGenerator generator = new(golden.GetProperty("seed").GetUInt64());
            foreach (JsonElement order in golden.GetProperty("order_of_passes").EnumerateArray())
            {
                Assert.Equal(Integers(order), generator.Permutation(order.GetArrayLength()));
            }
        }
    }

    [Theory]
    [InlineData(10, 3, false, 4)]
    [InlineData(10, 3, true, 3)]
    [InlineData(9, 3, true, 3)]
    [InlineData(0, 3, false, 0)]
    public void BatchSampler_AnyOrder_GivesEveryRowOnce(int rows, int size, bool dropLast, int count)
    {
        BatchSampler sampler = new(rows, size, dropLast, seed: 3);
        int[][] batches = [.. sampler.Batches(epoch: 1).Select(batch => batch.ToArray())];
        Assert.Equal(count, batches.Length);
        Assert.Equal(count, sampler.BatchCount);
        Assert.Equal(batches.Sum(batch => batch.Length), batches.SelectMany(batch => batch).Distinct().Count());
        if (rows > 3)
        {
            Assert.NotEqual(batches, sampler.Batches(epoch: 2));
        }
    }

    private static void AssertGroups(JsonElement golden, int[][] expected, ulong seed)
    {
        long[] labels = [.. golden.GetProperty("labels").EnumerateArray().Select(label => label.GetInt64())];
        int size = golden.GetProperty("batch_size").GetInt32();
        GroupByLabelBatchSampler sampler = new(labels, size, golden.GetProperty("drop_last").GetBoolean(), seed);
        int[][] batches = [.. sampler.Batches().Select(batch => batch.ToArray())];
        Assert.Equal(expected.Select(batch => batch.Length), batches.Select(batch => batch.Length));
        Assert.Equal(expected.Length, sampler.BatchCount);
        Assert.Equal(batches.Sum(batch => batch.Length), batches.SelectMany(batch => batch).Distinct().Count());
        Assert.All(batches, batch =>
        {
            IGrouping<long, int>[] classes = [.. batch.GroupBy(row => labels[row])];
            Assert.True(classes.Length >= 2);
            Assert.All(classes, rows => Assert.True(rows.Count() >= 2));
        });
    }

    private static IBatchSampler[] Parts() => [new BatchSampler(7, 3), new BatchSampler(3, 3), new BatchSampler(12, 3)];

    private static int[] Integers(JsonElement numbers) => [.. numbers.EnumerateArray().Select(number => number.GetInt32())];
}

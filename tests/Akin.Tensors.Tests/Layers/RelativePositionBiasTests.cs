using Akin.Tensors.Layers;

namespace Akin.Tensors.Tests.Layers;

/// <summary>Distances fall into the reference's buckets, and the table is spread out once.</summary>
public sealed class RelativePositionBiasTests
{
    [Fact]
    public void Bucket_OfEveryDistance_IsTheReferences()
    {
        // The first distance of each bucket after the query's own: 1 to 7, then 8 · 16^(k/8) rounded up, where k = 2, 4, 6 are borders without rounding.
        int[] first = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91];
        for (int distance = 0; distance < 1000; distance++)
        {
            int bucket = first.Count(start => start <= distance);
            Assert.Equal(distance == 0 ? 0 : 16 + bucket, RelativePositionBias.Bucket(distance, bucketCount: 32));
            Assert.Equal(bucket, RelativePositionBias.Bucket(-distance, bucketCount: 32));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(31)]
    [InlineData(RelativePositionBias.LargestBucketCount)]
    public void Bucket_OfAnyTable_StaysInside(int bucketCount)
    {
        for (int distance = -1000; distance < 1000; distance++)
        {
            Assert.InRange(RelativePositionBias.Bucket(distance, bucketCount), 0, bucketCount - 1);
            int end = Math.Clamp(distance, -RelativePositionBias.MaxDistance, RelativePositionBias.MaxDistance);
            Assert.Equal(RelativePositionBias.Bucket(end, bucketCount), RelativePositionBias.Bucket(distance, bucketCount));
        }
    }

    [Fact]
    public void Forward_WithoutTraining_GivesTheSameTensorUntilTheTableChanges()
    {
        RelativePositionBias bias = new(new Weights(new RandomWeights(1, 0.5), trainable: true), bucketCount: 32, headCount: 2);
        ForwardContext context = new();
        Tensor byDistance = bias.Forward(context);
        Assert.Same(byDistance, bias.Forward(context));
        float before = byDistance.Row(1)[RelativePositionBias.MaxDistance];
        bias.Table.Value.Span[1] += 1;
        bias.Table.MarkChanged();
        Assert.Equal(before + 1, bias.Forward(context).Row(1)[RelativePositionBias.MaxDistance]);
    }
}

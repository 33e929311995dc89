using Akin.Kernels.TierProbe;

namespace Akin.Kernels.Tests;

/// <summary>The contract of <see cref="Attention"/> beside the values, which <see cref="TierTests"/> checks.</summary>
public class AttentionTests
{
    /// <summary>Half the step of the central differences; in double their error is about its square.</summary>
    private const double Step = 1e-4;

    /// <summary>Rounding of the float32 gradients, numbers of about 1.</summary>
    private const double GradientTolerance = 2e-5;

    public static TheoryData<int, int, int, int[], int[]?> GradientCases() => new()
    {
        { 1, 2, 5, [4, 3], null },
        { 2, 1, 3, [6], [4] },
        { 3, 2, 4, [2, 5], [5, 3] },
        { 4, 2, 6, [7], null },
        { 6, 3, 2, [5, 1], null },
    };

    [Theory]
    [MemberData(nameof(GradientCases))]
    public void Backward_EqualsCentralDifferencesInDouble(int seed, int headCount, int headSize, int[] queries, int[]? keys)
    {
        AttentionCase attention = new(seed, headCount, headSize, queries, keys);
        float[] context = new float[attention.QueryTokens * attention.Hidden], weights = new float[Attention.ProbabilityCount(attention.Input)];
        float[] dContext = Check.Numbers(new Random(seed), context.Length);
        float[] dQuery = new float[attention.Query.Length], dKey = new float[attention.Key.Length], dValue = new float[attention.Value.Length];
        float[] dBias = new float[attention.RelativeBias.Length];
        Attention.Forward(attention.Input, context, WorkerPool.Shared, weights);
        AttentionGradients gradients = new() { Query = dQuery, Key = dKey, Value = dValue, RelativeBias = dBias };
        Attention.Backward(attention.Input, weights, dContext, gradients, WorkerPool.Shared);

        double[][] operands = [Doubles(attention.Query.ToArray()), Doubles(attention.Key.ToArray()), Doubles(attention.Value.ToArray()), Doubles(attention.RelativeBias)];
        float[][] actual = [dQuery, dKey, dValue, dBias];
        string[] names = ["query", "key", "value", "bias"];
        for (int operand = 0; operand < operands.Length; operand++)
        {
            for (int i = 0; i < operands[operand].Length; i++)
            {
                double old = operands[operand][i];
                operands[operand][i] = old + Step;
                double above = Loss(attention, operands, dContext);
                operands[operand][i] = old - Step;
                double below = Loss(attention, operands, dContext);
                operands[operand][i] = old;
                double expected = (above - below) / (2 * Step);
                Assert.True(
                    Math.Abs(expected - actual[operand][i]) <= GradientTolerance,
                    $"{names[operand]}[{i}] of {attention}: {actual[operand][i]}, expected {expected}");
            }
        }
    }

    [Fact]
    public void Forward_NoKeys_GivesZeros()
    {
        float[] context = [1, 2, 3, 4];
        Attention.Forward(Simple([1, 2, 3, 4], [], [0, 2], [0, 0]), context, WorkerPool.Shared);
        Assert.Equal([0, 0, 0, 0], context);
    }

    [Fact]
    public void Forward_CausalWithMoreKeysThanQueries_LastQuerySeesTheLastKey()
    {
        // Keys are zero, so a context is the mean of the values seen: 2 queries after a cache of 2 tokens see 3 and 4 of 4.
        float[] context = new float[2], values = [1, 2, 3, 10];
        AttentionInput input = new()
        {
            Query = new float[2],
            Key = new float[4],
            Value = values,
            QueryStride = 1,
            KeyStride = 1,
            ValueStride = 1,
            QueryOffsets = new int[] { 0, 2 },
            KeyOffsets = new int[] { 0, 4 },
            HeadCount = 1,
            HeadSize = 1,
            Scale = 1,
            Causal = true,
        };
        Attention.Forward(input, context, WorkerPool.Shared);
        Assert.Equal(2f, context[0], 1e-6f);
        Assert.Equal(4f, context[1], 1e-6f);
    }

    [Fact]
    public void Forward_LargeScores_StaysFinite()
    {
        float[] context = new float[2];
        Attention.Forward(Simple([1e4f, -1e4f], [1e4f, -1e4f], [0, 2], [0, 2], headSize: 1), context, WorkerPool.Shared);
        Assert.Equal([1e4f, -1e4f], context);
    }

    [Fact]
    public void Forward_WrongShapes_AreNamed()
    {
        float[] context = new float[4];
        Assert.Contains("input.Query has 3 floats", Throws(() => Attention.Forward(Simple([1, 2, 3], [1, 2, 3, 4], [0, 2], [0, 2]), context, WorkerPool.Serial)));
        Assert.Contains("Offset 1 is -1", Throws(() => Attention.Forward(Simple([1, 2], [1, 2], [0, -1], [0, 1]), context, WorkerPool.Serial)));
        Assert.Contains("batch + 1", Throws(() => Attention.Forward(Simple([1, 2], [1, 2], [0, 1], [0, 1, 1]), context, WorkerPool.Serial)));
        Assert.Contains("context.Length is 4: expected 2", Throws(() => Attention.Forward(Simple([1, 2], [1, 2], [0, 1], [0, 1]), context, WorkerPool.Serial)));
    }

    [Fact]
    public void Forward_Warm_AllocatesNothing()
    {
        float[] rows = Check.Numbers(new Random(1), 64 * 3 * 32), context = new float[64 * 32];
        int[] offsets = [0, 40, 64];
        using WorkerPool pool = new(2);
        void Run()
        {
            for (int i = 0; i < 20; i++)
            {
                AttentionInput input = new()
                {
                    Query = rows,
                    Key = rows.AsSpan(32),
                    Value = rows.AsSpan(64),
                    QueryStride = 96,
                    KeyStride = 96,
                    ValueStride = 96,
                    QueryOffsets = offsets,
                    KeyOffsets = offsets,
                    HeadCount = 4,
                    HeadSize = 8,
                    Scale = 1,
                };
                Attention.Forward(input, context, pool);
            }
        }

        Run();
        Assert.Equal(0, Allocations.During(Run));
    }

    private static AttentionInput Simple(float[] query, float[] key, int[] queryOffsets, int[] keyOffsets, int headSize = 2) => new()
    {
        Query = query,
        Key = key,
        Value = key,
        QueryStride = headSize,
        KeyStride = headSize,
        ValueStride = headSize,
        QueryOffsets = queryOffsets,
        KeyOffsets = keyOffsets,
        HeadCount = 1,
        HeadSize = headSize,
        Scale = 1,
    };

    private static string Throws(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);

    /// <summary>Σ context · dContext in double: a loss whose gradient at the context is dContext.</summary>
    private static double Loss(AttentionCase attention, double[][] operands, float[] dContext)
    {
        (double[] query, double[] key, double[] value, double[] bias) = (operands[0], operands[1], operands[2], operands[3]);
        (int stride, int size, int width) = (attention.Stride, attention.HeadSize, bias.Length / attention.HeadCount);
        double loss = 0;
        for (int sequence = 0; sequence + 1 < attention.QueryOffsets.Length; sequence++)
        {
            int firstQuery = attention.QueryOffsets[sequence], firstKey = attention.KeyOffsets[sequence];
            int queryCount = attention.QueryOffsets[sequence + 1] - firstQuery, keyCount = attention.KeyOffsets[sequence + 1] - firstKey;
            for (int head = 0; head < attention.HeadCount; head++)
            {
                for (int i = 0; i < queryCount; i++)
                {
                    int visible = attention.IsCausal ? Math.Clamp(i + 1 + keyCount - queryCount, 0, keyCount) : keyCount;
                    double sum = 0, weighted = 0;
                    for (int j = 0; j < visible; j++)
                    {
                        double score = 0, gain = 0;
                        for (int d = 0; d < size; d++)
                        {
                            score += query[((firstQuery + i) * stride) + (head * size) + d] * key[((firstKey + j) * stride) + (head * size) + d];
                            gain += value[((firstKey + j) * stride) + (head * size) + d]
                                * dContext[((firstQuery + i) * attention.Hidden) + (head * size) + d];
                        }

                        int queryPosition = attention.QueryPositions.Length == 0 ? i : attention.QueryPositions[firstQuery + i];
                        int keyPosition = attention.KeyPositions.Length == 0 ? j : attention.KeyPositions[firstKey + j];
                        int farthest = (width - 1) / 2;
                        double offset = width == 0 ? 0 : bias[(head * width) + Math.Clamp(keyPosition - queryPosition, -farthest, farthest) + farthest];
                        double weight = Math.Exp((score * attention.Scale) + offset);
                        sum += weight;
                        weighted += weight * gain;
                    }

                    loss += visible == 0 ? 0 : weighted / sum;
                }
            }
        }

        return loss;
    }
}

using Akin.Kernels.TierProbe;

namespace Akin.Kernels.Tests;

/// <summary>What the tiers share: warm kernels allocate nothing, and wrong shapes are named. Values are checked by <see cref="TierTests"/>.</summary>
public class RowKernelTests
{
    private const int Rows = 300;
    private const int Width = 200;

    private readonly Random _random = new(3);

    [Fact]
    public void RowKernels_Warm_AllocateNothing()
    {
        using WorkerPool pool = new(2);
        float[] x = Check.Numbers(_random, Rows * Width), y = new float[x.Length], dy = Check.Numbers(_random, x.Length);
        float[] gamma = Check.Numbers(_random, Width), dGamma = new float[Width], dBeta = new float[Width];
        int[] offsets = [0, 100, Rows];
        void Run()
        {
            Activations.Apply(Activation.Gelu, x, y);
            Activations.Backward(Activation.Gelu, x, dy, y, WorkerPool.Serial);
            VectorMath.Exp(x, y);
            Softmax.Rows(x, Rows, Width, y, pool);
            LogSoftmax.Rows(x, Rows, Width, y, pool);
            Normalize.Rows(x, Rows, Width, Normalize.DefaultEpsilon, y, pool);
            LayerNorm.Rows(x, Rows, gamma, gamma, 1e-5f, y, pool);
            LayerNorm.Backward(x, Rows, gamma, 1e-5f, dy, y, dGamma, dBeta, pool);
            RmsNorm.Rows(x, Rows, gamma, 1e-5f, y, pool);
            RmsNorm.Backward(x, Rows, gamma, 1e-5f, dy, y, dGamma, pool);
            foreach (PoolingMode mode in Modes)
            {
                Pooling.Forward(mode, x, Width, offsets, y.AsSpan(0, 2 * Width), Width, pool);
                Pooling.Backward(mode, x, Width, offsets, dy.AsSpan(0, 2 * Width), Width, y, pool);
            }
        }

        Action run = Run; // made here: a delegate is an allocation too
        Assert.Equal(0, Allocations.During(() => Repeat(run)));
    }

    [Fact]
    public void VectorScan_Warm_AllocatesNothing()
    {
        const int Count = 5000, Dimension = 96;
        using WorkerPool pool = new(2);
        float[] rows = Check.Numbers(_random, Count * Dimension), scores = new float[Count], bestScores = new float[10];
        sbyte[] codes = new sbyte[rows.Length];
        int[] bestRows = new int[10];
        TopK[] best = [new TopK(10)];
        void Run()
        {
            VectorScan.Run(VectorMetric.Cosine, rows.AsSpan(0, Dimension), Dimension, rows, 0, best, pool);
            best[0].Drain(bestRows, bestScores);
            VectorScan.Run(codes.AsSpan(0, Dimension), Dimension, codes, default, 0, best, pool);
            best[0].Drain(bestRows, bestScores);
            Distances.Scores(VectorMetric.Dot, rows.AsSpan(0, Dimension), Dimension, rows, scores, pool);
            TopK.Select(scores, bestRows, bestScores);
        }

        Action run = Run; // made here: a delegate is an allocation too
        Assert.Equal(0, Allocations.During(() => Repeat(run)));
    }

    [Fact]
    public void Gather_AnyIds_CopiesAndAddsRows()
    {
        float[] table = Check.Numbers(_random, 7 * 5), output = new float[4 * 5];
        int[] ids = [6, 0, 6, 3];
        Embedding.Gather(table, 5, ids, output);
        Embedding.GatherAdd(table, 5, ids, output);
        for (int i = 0; i < output.Length; i++)
        {
            Assert.Equal(2 * table[ids[i / 5] * 5 + i % 5], output[i]);
        }

        float[] gradient = new float[table.Length];
        Embedding.ScatterAdd(output, 5, ids, gradient, paddingId: 0);
        Assert.Equal(4 * table[6 * 5 + 1], gradient[6 * 5 + 1]); // named twice
        Assert.Equal(0, gradient[1]); // the padding row
        Assert.Equal(2 * table[3 * 5 + 4], gradient[3 * 5 + 4]);
    }

    [Fact]
    public void Gather_RowsOfScaledBytes_AreTheWholeNumbersTimesTheScale()
    {
        for (int width = 0; width <= 256; width++)
        {
            byte[] bytes = [.. Enumerable.Range(0, 3 * width).Select(i => (byte)(i * 37))];
            RowScaledMatrix table = new([.. bytes], [0.3f, 0, -7.7e-3f]);
            Assert.Equal((3, width), (table.RowCount, table.ColumnCount));
            int[] ids = [2, 0, 2, 1];
            float[] rows = [.. Enumerable.Range(0, 4 * width).Select(i => 0.1f * i)], sums = [.. rows];
            Embedding.GatherAdd(table, ids, sums);
            float[] before = [.. rows];
            Embedding.Gather(table, ids, rows);
            for (int i = 0; i < rows.Length; i++)
            {
                float expected = (sbyte)bytes[(ids[i / width] * width) + (i % width)] * (ids[i / width] switch { 0 => 0.3f, 1 => 0, _ => -7.7e-3f });
                Assert.Equal(expected, rows[i]);
                Assert.Equal(before[i] + expected, sums[i]);
            }
        }

        RowScaledMatrix small = new(new byte[6], new float[2]);
        Assert.Contains("ids[0] is 2", Throws(() => Embedding.Gather(small, [2], new float[3])), StringComparison.Ordinal);
        Assert.Contains("output has 4 elements, expected 3", Throws(() => Embedding.Gather(small, [1], new float[4])), StringComparison.Ordinal);
        Assert.Contains("bytes has 7 elements", Throws(() => _ = new RowScaledMatrix(new byte[7], new float[2])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(-1)]
    public void Gather_IdOutsideTheTable_IsNamed(int id)
    {
        string message = Throws(() => Embedding.Gather(new float[7 * 5], 5, [0, id], new float[10]));
        Assert.Contains($"ids[1] is {id}", message);
        Assert.Contains("0 … 6", message);
    }

    [Fact]
    public void Kernels_WrongShapes_AreNamed()
    {
        float[] two = new float[2], six = new float[6];
        Assert.Contains("output has 2 elements, expected 6", Throws(() => Softmax.Rows(six, 2, 3, two, WorkerPool.Serial)));
        Assert.Contains("beta has 6 elements, expected 2", Throws(() => LayerNorm.Rows(six, 3, two, six, 0, six, WorkerPool.Serial)));
        Assert.Contains("overlaps", Throws(() => Activations.Apply(Activation.Gelu, six.AsSpan(0, 5), six.AsSpan(1))));
        Assert.Contains("not a multiple of the row width 4", Throws(() => Distances.Scores(VectorMetric.Dot, six, 4, six, two, WorkerPool.Serial)));
        Assert.Contains("Unknown metric", Throws(() => Distances.Scores((VectorMetric)9, six, 6, six, new float[1], WorkerPool.Serial)));
        Assert.Contains("Unknown activation", Throws(() => Activations.Apply((Activation)99, six, six)));
        Assert.Contains("offsets[2] is 1", Throws(() => Pooling.Forward(PoolingMode.Mean, six, 2, [0, 2, 1], new float[4], 2, WorkerPool.Serial)));
    }

    private static PoolingMode[] Modes { get; } = Enum.GetValues<PoolingMode>();

    private static void Repeat(Action action)
    {
        for (int i = 0; i < 20; i++)
        {
            action();
        }
    }

    private static string Throws(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
}

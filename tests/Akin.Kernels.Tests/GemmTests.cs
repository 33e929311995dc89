using Akin.Kernels.TierProbe;

namespace Akin.Kernels.Tests;

/// <summary>The contract of <see cref="Gemm"/> and <see cref="PackedMatrix"/> beside the values, which <see cref="TierTests"/> checks.</summary>
public class GemmTests
{
    private readonly Random _random = new(4);

    [Fact]
    public void Multiply_FusedWeights_EqualsEachOne()
    {
        const int Rows = 9, Inputs = 45;
        int[] outputs = [17, 40, 3];
        float[] x = Check.Numbers(_random, Rows * Inputs);
        PackedMatrix fused = new(Inputs, outputs.Sum());
        float[] together = new float[Rows * outputs.Sum()], alone = new float[Rows * outputs.Max()];
        int first = 0;
        List<float[]> products = [];
        foreach (int count in outputs)
        {
            float[] weight = Check.Numbers(_random, count * Inputs);
            fused.Pack(first, weight);
            PackedMatrix single = new(Inputs, count);
            single.Pack(0, weight);
            Gemm.Multiply(x, Rows, single, default, alone.AsSpan(0, Rows * count), WorkerPool.Shared);
            products.Add(alone.AsSpan(0, Rows * count).ToArray());
            first += count;
        }

        Gemm.Multiply(x, Rows, fused, default, together, WorkerPool.Shared);
        for (int row = 0, at = 0; row < Rows; row++)
        {
            for (int part = 0; part < outputs.Length; part++)
            {
                Check.SameBits(
                    products[part].AsSpan(row * outputs[part], outputs[part]), together.AsSpan(at, outputs[part]), $"part {part}, row {row}");
                at += outputs[part];
            }
        }
    }

    [Fact]
    public void PackTransposed_OfTheTranspose_IsTheSameMatrix()
    {
        const int Inputs = 37, Outputs = 70;
        float[] weight = Check.Numbers(_random, Outputs * Inputs), transpose = new float[weight.Length], back = new float[weight.Length];
        weight[5] = float.NaN;
        weight[6] = -0f;
        for (int i = 0; i < weight.Length; i++)
        {
            transpose[(i % Inputs * Outputs) + (i / Inputs)] = weight[i];
        }

        PackedMatrix packed = new(Inputs, Outputs);
        packed.PackTransposed(0, transpose);
        packed.Unpack(0, back);
        Check.SameBits(weight, back, "unpacked");
    }

    [Fact]
    public void Pack_AnywhereOnSeveralThreads_IsTheSameMatrix()
    {
        const int Inputs = 21, Outputs = 150;
        using WorkerPool pool = new(3);
        for (int first = 0; first < Outputs; first += 7)
        {
            for (int count = 0; first + count <= Outputs; count += 13)
            {
                float[] weight = Check.Numbers(_random, count * Inputs), expected = new float[Outputs * Inputs], actual = new float[expected.Length];
                weight.CopyTo(expected, first * Inputs);
                PackedMatrix packed = new(Inputs, Outputs);
                packed.Pack(first, weight, pool);
                packed.Unpack(0, actual);
                Check.SameBits(expected, actual, $"{count} rows at {first}");
            }
        }
    }

    [Fact]
    public void Multiply_ResidualIsTheOutput_IsAddedOnce()
    {
        const int Rows = 30, Inputs = 20, Outputs = 75;
        float[] x = Check.Numbers(_random, Rows * Inputs), old = Check.Numbers(_random, Rows * Outputs);
        PackedMatrix packed = new(Inputs, Outputs);
        packed.Pack(0, Check.Numbers(_random, Outputs * Inputs));
        float[] expected = new float[old.Length];
        Gemm.Multiply(x, Rows, packed, new Epilogue { Residual = old }, expected, WorkerPool.Shared);
        Gemm.Multiply(x, Rows, packed, new Epilogue { Residual = old }, old, WorkerPool.Shared);
        Check.SameBits(expected, old, "in place");
    }

    [Fact]
    public void Multiply_NoInputs_IsTheEpilogue()
    {
        float[] output = [9, 9, 9, 9];
        Gemm.Multiply([], 2, new PackedMatrix(0, 2), new Epilogue { Bias = [1, 2] }, output, WorkerPool.Shared);
        Assert.Equal([1, 2, 1, 2], output);
    }

    [Fact]
    public void Multiply_WrongLengths_NamesExpectedOnes()
    {
        PackedMatrix packed = new(4, 3);
        float[] output = new float[6];
        Assert.Contains("[2, 4]", Throws(() => Gemm.Multiply(new float[7], 2, packed, default, output, WorkerPool.Serial)));
        Assert.Contains("[2, 3]", Throws(() => Gemm.Multiply(new float[8], 2, packed, default, new float[5], WorkerPool.Serial)));
        Assert.Contains("[1, 3]", Throws(() => Gemm.Multiply(new float[8], 2, packed, new Epilogue { Bias = [1] }, output, WorkerPool.Serial)));
        Assert.Contains("overlaps", Throws(() => Gemm.Multiply(output.AsSpan(0, 4), 1, packed, default, output.AsSpan(3), WorkerPool.Serial)));
        Assert.Contains("at most 1", Throws(() => packed.Pack(2, new float[8])));
        Assert.Contains("whole rows of 4", Throws(() => packed.Pack(0, new float[6])));
    }

    [Fact]
    public void Multiply_Warm_AllocatesNothing()
    {
        const int Rows = 64, Size = 256;
        float[] x = Check.Numbers(_random, Rows * Size), output = new float[Rows * Size];
        PackedMatrix packed = new(Size, Size);
        packed.Pack(0, Check.Numbers(_random, Size * Size));
        using WorkerPool pool = new(2);
        void Multiply(int times)
        {
            for (int i = 0; i < times; i++)
            {
                Gemm.Multiply(x, Rows, packed, new Epilogue { Activation = Activation.Gelu, Residual = x }, output, pool);
            }
        }

        Multiply(50);
        Assert.Equal(0, Allocations.During(() => Multiply(50)));
    }

    private static string Throws(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
}

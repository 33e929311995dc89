using Akin.Kernels.Reference;

namespace Akin.Kernels.Tests;

public class GemmTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 37, 19)]
    [InlineData(100, 150, 70)]
    public void Multiply_Linear_EqualsReference(int rows, int inputs, int outputs)
    {
        Random random = new(rows + inputs);
        float[] x = Numbers(random, rows * inputs), w = Numbers(random, outputs * inputs), bias = Numbers(random, outputs);
        float[] expected = new float[rows * outputs], actual = new float[rows * outputs];
        GemmReference.Multiply(x, w, rows, inputs, outputs, expected);
        PackedMatrix packed = new(inputs, outputs);
        packed.Pack(0, w);
        Gemm.Multiply(x, rows, packed, default, actual, WorkerPool.Shared);
        Assert.Equal(expected, actual);
        Gemm.Multiply(x, rows, packed, new Epilogue { Bias = bias, Residual = actual, Activation = Activation.Relu }, actual, WorkerPool.Shared);
        for (int i = 0; i < actual.Length; i++)
        {
            Assert.Equal(MathF.Max(expected[i] + bias[i % outputs], 0) + expected[i], actual[i]);
        }

        float[] back = new float[w.Length];
        packed.Unpack(0, back);
        Assert.Equal(w, back);
    }

    internal static float[] Numbers(Random random, int count)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = (float)((random.NextDouble() * 2) - 1);
        }

        return numbers;
    }
}

using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Tensors.Tests.Layers;

/// <summary>The backward pass of every layer against central differences in double, at random shapes.</summary>
public sealed class LayerGradientTests
{
    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5];

    public static TheoryData<int, Activation, float> SeedsAndActivations
    {
        get
        {
            TheoryData<int, Activation, float> data = [];
            foreach (Activation activation in Enum.GetValues<Activation>())
            {
                data.Add((int)activation, activation, 0);
                data.Add((int)activation + 20, activation, 0.3f);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(SeedsAndActivations))]
    public void Linear_WithActivationDropoutAndResidual_HasTheDerivative(int seed, Activation activation, float dropout)
    {
        Random random = new(seed);
        (int rows, int inputs, int outputs) = (random.Next(1, 9), random.Next(1, 20), random.Next(1, 40));
        Weights weights = new(new RandomWeights((ulong)seed, 0.5), trainable: true);
        Linear layer = new(weights, inputs, outputs);
        Tensor input = GradientCheck.Random(random, rows, inputs);
        Tensor residual = GradientCheck.Random(random, rows, outputs);
        float[] mask = GradientCheck.FirstMask(rows * outputs, dropout);
        GradientCheck.Run(
            [input, weights.Loaded()[0].Value, weights.Loaded()[1].Value, residual],
            context => layer.Forward(context, input, activation, residual, dropout),
            values => Affine(values[0], values[1], values[2], rows, inputs, outputs)
                .Select((z, i) => (Apply(activation, z) * mask[i]) + values[3][i]).ToArray());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void FusedLinear_OfThreeParts_EqualsThreeLayersAndHasTheirDerivatives(int seed)
    {
        Random random = new(seed);
        (int rows, int inputs, int outputs) = (random.Next(1, 9), random.Next(1, 20), random.Next(1, 20));
        Weights weights = new(new RandomWeights((ulong)seed, 0.5), trainable: true);
        Linear fused = Linear.Fused([weights.Sub("a"), weights.Sub("b"), weights.Sub("c")], inputs, outputs);
        Linear[] alone = [.. new[] { "a", "b", "c" }.Select(part => new Linear(new Weights(new RandomWeights((ulong)seed, 0.5), trainable: true).Sub(part), inputs, outputs))];
        Tensor input = GradientCheck.Random(random, rows, inputs);
        ForwardContext context = new(tape: new Tape());
        Tensor product = fused.Forward(context, input);
        Tensor together = new(product.Shape, product.ToArray()); // the backward pass uses the product up
        Tensor loss = context.MeanSquaredError(product, new float[product.Span.Length]);
        context.Backward(loss);
        Assert.Throws<InvalidOperationException>(() => product.ToArray());
        for (int part = 0; part < alone.Length; part++)
        {
            Tensor single = alone[part].Forward(new ForwardContext(), input);
            for (int row = 0; row < rows; row++)
            {
                Assert.Equal(single.Row(row), together.Row(row).Slice(part * outputs, outputs));
            }
        }

        Assert.Equal(["a.weight", "b.weight", "c.weight", "a.bias", "b.bias", "c.bias"], weights.Loaded().Select(parameter => parameter.Name));
        float[] gradient = weights.Loaded()[4].Gradient!.ToArray(); // d/db of mean(y²) = 2/n · Σ rows of y
        for (int i = 0; i < outputs; i++)
        {
            double sum = Enumerable.Range(0, rows).Sum(row => (double)together.Row(row)[outputs + i]);
            Assert.Equal(2 * sum / together.Span.Length, gradient[i], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void LayerNorm_OfRandomRows_HasTheDerivative(int seed)
    {
        Random random = new(seed);
        (int rows, int size) = (random.Next(1, 9), random.Next(3, 40));
        Weights weights = new(new RandomWeights((ulong)seed, 0.5), trainable: true);
        LayerNorm layer = new(weights, size, 1e-3f);
        Tensor input = GradientCheck.Random(random, rows, size);
        GradientCheck.Run(
            [input, weights.Loaded()[0].Value, weights.Loaded()[1].Value],
            context => layer.Forward(context, input),
            values => Enumerable.Range(0, rows * size).Select(i =>
            {
                ReadOnlySpan<double> row = values[0].AsSpan(i / size * size, size);
                double mean = 0, variance = 0;
                foreach (double value in row)
                {
                    mean += value / size;
                }

                foreach (double value in row)
                {
                    variance += (value - mean) * (value - mean) / size;
                }

                return ((row[i % size] - mean) / Math.Sqrt(variance + 1e-3f) * values[1][i % size]) + values[2][i % size];
            }).ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RmsNorm_OfRandomRows_HasTheDerivative(int seed)
    {
        Random random = new(seed);
        (int rows, int size) = (random.Next(1, 9), random.Next(3, 40));
        Weights weights = new(new RandomWeights((ulong)seed, 0.5), trainable: true);
        RmsNorm layer = new(weights, size, 1e-3f);
        Tensor gamma = weights.Loaded()[0].Value;
        GradientCheck.Random(random, size).Span.CopyTo(gamma.Span);
        Tensor input = GradientCheck.Random(random, rows, size);
        GradientCheck.Run(
            [input, gamma],
            context => layer.Forward(context, input),
            values => [.. Formula.Rows(values[0], size).SelectMany(
                row => row.Select((x, i) => x / Math.Sqrt(row.Average(value => value * value) + 1e-3f) * values[1][i]))]);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Embedding_SummedWithPositions_HasTheDerivative(int seed)
    {
        Random random = new(seed);
        (int vocabulary, int size, int tokens) = (random.Next(2, 9), random.Next(1, 20), random.Next(1, 12));
        Weights weights = new(new RandomWeights((ulong)seed, 0.5), trainable: true);
        Embedding words = new(weights.Sub("words"), vocabulary, size);
        Embedding positions = new(weights.Sub("positions"), tokens, size);
        Embedding types = new(weights.Sub("types"), rowCount: 2, size);
        int[] ids = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(vocabulary))];
        int[] places = [.. Enumerable.Range(0, tokens)];
        GradientCheck.Run(
            [words.Table.Value, positions.Table.Value, types.Table.Value],
            context =>
            {
                Tensor sum = words.Forward(context, ids);
                positions.AddTo(context, places, sum);
                types.AddTo(context, id: 1, sum);
                return sum;
            },
            values => Enumerable.Range(0, tokens * size)
                .Select(i => values[0][(ids[i / size] * size) + (i % size)] + values[1][i] + values[2][size + (i % size)]).ToArray());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(32)]
    [InlineData(RelativePositionBias.LargestBucketCount)]
    public void RelativePositionBias_SpreadOutByDistance_HasTheDerivative(int bucketCount)
    {
        const int HeadCount = 3;
        RelativePositionBias bias = new(new Weights(new RandomWeights(1, 0.5), trainable: true), bucketCount, HeadCount);
        const int Width = (2 * RelativePositionBias.MaxDistance) + 1;
        GradientCheck.Run(
            [bias.Table.Value],
            bias.Forward,
            values => Enumerable.Range(0, HeadCount * Width)
                .Select(i => values[0][(RelativePositionBias.Bucket((i % Width) - RelativePositionBias.MaxDistance, bucketCount) * HeadCount) + (i / Width)])
                .ToArray());
    }

    private static double[] Affine(double[] input, double[] weight, double[] bias, int rows, int inputs, int outputs) =>
        [.. Enumerable.Range(0, rows * outputs).Select(i =>
            bias[i % outputs] + Enumerable.Range(0, inputs).Sum(k => input[(i / outputs * inputs) + k] * weight[(i % outputs * inputs) + k]))];

    private static double Apply(Activation activation, double x) => activation switch
    {
        Activation.None => x,
        Activation.Gelu => x * GradientCheck.NormalDistribution(x),
        Activation.GeluTanh => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        Activation.QuickGelu => x / (1 + Math.Exp(-1.702 * x)),
        Activation.Silu => x / (1 + Math.Exp(-x)),
        Activation.Tanh => Math.Tanh(x),
        Activation.Relu => Math.Max(x, 0),
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };
}

using Akin.Tensors.Layers;
using Akin.Tensors.Operations;
using Activation = Akin.Kernels.Activation;

namespace Akin.Tensors.Tests.Operations;

/// <summary>The backward pass of every layer and operation against central differences in double, at random shapes.</summary>
public sealed class GradientTests
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

    [Theory]
    [InlineData(1, false, false, 0)]
    [InlineData(2, true, false, 0)]
    [InlineData(3, false, true, 0)]
    [InlineData(4, true, true, 0)]
    [InlineData(5, false, false, 0.4f)]
    [InlineData(6, true, true, 0.2f)]
    public void SelfAttention_OverRaggedSequences_HasTheDerivative(int seed, bool isCausal, bool hasBias, float dropout)
    {
        Random random = new(seed);
        const int MaxDistance = 2;
        (int heads, int headSize) = (random.Next(1, 4), random.Next(1, 9));
        int width = heads * headSize;
        RaggedBatch batch = new();
        foreach (int length in (ReadOnlySpan<int>)[random.Next(1, 6), 0, random.Next(1, 6)])
        {
            batch.Add(new int[length]);
        }

        Tensor input = GradientCheck.Random(random, batch.TokenCount, 3 * width);
        Tensor bias = GradientCheck.Random(random, heads, (2 * MaxDistance) + 1);
        AttentionOptions options = new() { HeadCount = heads, HeadSize = headSize, IsCausal = isCausal, Dropout = dropout };
        int probabilityCount = heads * Enumerable.Range(0, batch.SequenceCount).Sum(sequence => batch.Length(sequence) * batch.Length(sequence));
        float[] mask = GradientCheck.FirstMask(probabilityCount, dropout);
        GradientCheck.Run(
            hasBias ? [input, bias] : [input],
            context => context.SelfAttention(input, batch, options, hasBias ? bias : null).Context,
            values =>
            {
                double[] output = new double[batch.TokenCount * width];
                ReadOnlySpan<int> offsets = batch.Offsets.Span;
                int firstProbability = 0;
                for (int sequence = 0; sequence < batch.SequenceCount; sequence++)
                {
                    int length = batch.Length(sequence);
                    for (int head = 0; head < heads; head++, firstProbability += length * length)
                    {
                        for (int query = offsets[sequence]; query < offsets[sequence + 1]; query++)
                        {
                            int lastKey = isCausal ? query + 1 : offsets[sequence + 1];
                            double total = 0;
                            double[] context = new double[headSize];
                            for (int key = offsets[sequence]; key < lastKey; key++)
                            {
                                double score = 0;
                                for (int i = 0; i < headSize; i++)
                                {
                                    score += values[0][(query * 3 * width) + (head * headSize) + i] * values[0][(key * 3 * width) + width + (head * headSize) + i];
                                }

                                score /= Math.Sqrt(headSize);
                                score += hasBias ? values[1][(head * ((2 * MaxDistance) + 1)) + Math.Clamp(key - query, -MaxDistance, MaxDistance) + MaxDistance] : 0;
                                total += Math.Exp(score);
                                float kept = mask[firstProbability + ((query - offsets[sequence]) * length) + key - offsets[sequence]];
                                for (int i = 0; i < headSize; i++)
                                {
                                    context[i] += kept * Math.Exp(score) * values[0][(key * 3 * width) + (2 * width) + (head * headSize) + i];
                                }
                            }

                            for (int i = 0; i < headSize; i++)
                            {
                                output[(query * width) + (head * headSize) + i] = context[i] / total;
                            }
                        }
                    }
                }

                return output;
            });
    }

    [Fact]
    public void CrossAttention_OfTwoBatches_HasTheDerivative()
    {
        Random random = new(7);
        const int Heads = 2, HeadSize = 3, Width = Heads * HeadSize;
        RaggedBatch batch = new();
        RaggedBatch other = new();
        batch.Add(new int[2]);
        batch.Add(new int[3]);
        other.Add(new int[4]);
        other.Add(new int[1]);
        Tensor query = GradientCheck.Random(random, 5, Width);
        Tensor keyValue = GradientCheck.Random(random, 5, 2 * Width);
        AttentionOptions options = new() { HeadCount = Heads, HeadSize = HeadSize, Scale = 0.7f };
        GradientCheck.Run(
            [query, keyValue],
            context => context.CrossAttention(query, keyValue, batch, other, options).Context,
            values => Enumerable.Range(0, 5 * Width).Select(i =>
            {
                (int row, int head) = (i / Width, i % Width / HeadSize);
                (int firstKey, int endKey) = row < 2 ? (0, 4) : (4, 5);
                double total = 0, sum = 0;
                for (int key = firstKey; key < endKey; key++)
                {
                    double score = 0;
                    for (int j = head * HeadSize; j < (head + 1) * HeadSize; j++)
                    {
                        score += values[0][(row * Width) + j] * values[1][(key * 2 * Width) + j];
                    }

                    double weight = Math.Exp(0.7f * score);
                    total += weight;
                    sum += weight * values[1][(key * 2 * Width) + Width + (i % Width)];
                }

                return sum / total;
            }).ToArray());
    }

    [Fact]
    public void FirstTokens_WithAnEmptySequence_HasTheDerivative()
    {
        Random random = new(1);
        RaggedBatch batch = new();
        batch.Add([1, 2]);
        batch.Add([]);
        batch.Add([3]);
        Tensor tokens = GradientCheck.Random(random, 3, 4);
        GradientCheck.Run(
            [tokens],
            context => context.FirstTokens(tokens, batch),
            values => [.. values[0][..4], 0, 0, 0, 0, .. values[0][8..]]);
    }

    [Fact]
    public void Column_OfAMatrix_HasTheDerivative()
    {
        Tensor matrix = GradientCheck.Random(new Random(1), 5, 3);
        GradientCheck.Run([matrix], context => context.Column(matrix, 1), values => [.. Enumerable.Range(0, 5).Select(row => values[0][(row * 3) + 1])]);
    }

    [Fact]
    public void WeightedSum_OfTwoTensors_HasTheDerivative()
    {
        Tensor left = GradientCheck.Random(new Random(1), 2, 3);
        Tensor right = GradientCheck.Random(new Random(2), 2, 3);
        GradientCheck.Run(
            [left, right], context => context.WeightedSum(left, 2, right, -0.5f), values => [.. values[0].Zip(values[1], (l, r) => (2 * l) - (0.5 * r))]);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void CrossEntropy_WithIgnoredRows_HasTheDerivative(int seed)
    {
        Random random = new(seed);
        (int rows, int classes) = (random.Next(2, 9), random.Next(2, 40));
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row == 1 ? CrossEntropyOperation.Ignored : random.Next(classes))];
        Tensor logits = GradientCheck.Random(random, rows, classes);
        GradientCheck.Run(
            [logits],
            context => context.CrossEntropy(logits, labels),
            values =>
            [
                Enumerable.Range(0, rows).Where(row => labels[row] >= 0)
                    .Average(row => Math.Log(values[0][(row * classes)..((row + 1) * classes)].Sum(Math.Exp)) - values[0][(row * classes) + labels[row]]),
            ]);
    }

    [Fact]
    public void SpanCrossEntropy_WithAPositionBeyondTheEnd_HasTheDerivative()
    {
        RaggedBatch batch = new();
        batch.Add([1, 2, 3]);
        batch.Add([4, 5]);
        batch.Add([6, 7, 8, 9]);
        Tensor scores = GradientCheck.Random(new Random(3), 9);
        GradientCheck.Run(
            [scores],
            context => context.SpanCrossEntropy(scores, batch, new int[] { 2, 2, -1 }), // last token, beyond the end, negative: counts as 0
            values =>
            [
                (Math.Log(values[0][..3].Sum(Math.Exp)) - values[0][2] + Math.Log(values[0][5..].Sum(Math.Exp)) - values[0][5]) / 2,
            ]);
    }

    [Fact]
    public void MeanSquaredError_OfRandomTargets_HasTheDerivative()
    {
        Tensor input = GradientCheck.Random(new Random(4), 3, 2);
        float[] targets = [1, 2, 3, -1, -2, -3];
        GradientCheck.Run(
            [input], context => context.MeanSquaredError(input, targets), values => [values[0].Zip(targets, (x, t) => (x - t) * (x - t)).Average()]);
    }

    [Fact]
    public void BinaryCrossEntropy_OfRandomTargets_HasTheDerivative()
    {
        Tensor input = GradientCheck.Random(new Random(5), 3, 2);
        float[] targets = [1, 0, 1, 0, 0.5f, 1];
        GradientCheck.Run(
            [input],
            context => context.BinaryCrossEntropy(input, targets),
            values => [values[0].Zip(targets, (x, t) => Math.Log(1 + Math.Exp(x)) - (t * x)).Average()]);
    }

    [Fact]
    public void Dropout_InTraining_DropsWithItsProbabilityAndPassesTheGradientOfTheRest()
    {
        const int Count = 10_000;
        Tensor input = new(new Shape(Count)) { RequiresGradient = true };
        input.Span.Fill(1);
        ForwardContext context = new(tape: new Tape()) { DropoutSeed = 5 };
        Tensor output = context.Dropout(input, 0.25f);
        float[] first = output.ToArray();
        Assert.InRange(first.Count(value => value == 0), 2350, 2650); // 2500 ± 3.5 standard deviations of √(n·p·(1 - p)) = 43
        Assert.All(first, value => Assert.True(value is 0 or 1 / 0.75f));
        float[] second = context.Dropout(input, 0.25f).ToArray();
        Assert.NotEqual(first, second);

        context.Tape!.Clear();
        context.DropoutSeed = 5;
        Tensor again = context.Dropout(input, 0.25f);
        Assert.Equal(first, again.ToArray());
        context.Backward(context.MeanSquaredError(again, new float[Count])); // d mean(y²)/dx = 2·y·m/n
        Assert.All(input.Gradient!.ToArray().Zip(first), pair => Assert.Equal(2 * pair.Second * pair.Second / Count, pair.First, 1e-9));
    }

    [Fact]
    public void Dropout_InInference_GivesItsInputBack()
    {
        Tensor input = GradientCheck.Random(new Random(1), 2, 2);
        Assert.Same(input, new ForwardContext().Dropout(input, 0.5f));
    }

    [Fact]
    public void CrossEntropy_OfOnlyIgnoredRows_IsNotANumber()
    {
        ForwardContext context = new();
        Assert.True(float.IsNaN(context.CrossEntropy(new Tensor(new Shape(2, 3)), new int[] { -100, -100 }).Span[0]));
    }

    [Fact]
    public void CrossEntropy_OfALabelThatIsNoClass_NamesRowAndBounds()
    {
        InvalidBatchException error = Assert.Throws<InvalidBatchException>(
            () => new ForwardContext().CrossEntropy(new Tensor(new Shape(2, 3)), new int[] { 0, 3 }));
        Assert.Contains("Row 1 has label 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("0 to 2", error.Message, StringComparison.Ordinal);
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

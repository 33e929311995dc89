using Akin.Tensors.Layers;
using Akin.Tensors.Operations;

namespace Akin.Tensors.Tests;

public sealed class WeightsTests
{
    [Fact]
    public void RandomWeights_OfOneSeed_AreNormalAndDependOnNothingButTheName()
    {
        float[] first = new float[20_000];
        float[] second = new float[20_000];
        new RandomWeights(3, 0.5).Read("a", new Shape(20_000), Initialization.Normal, first);
        new RandomWeights(3, 0.5).Read("a", new Shape(20_000), Initialization.Normal, second);
        Assert.Equal(first, second);
        Assert.Equal(0, first.Average(value => (double)value), 0.015); // 4 standard errors of 0.5 / √20000
        Assert.Equal(0.25, first.Average(value => (double)value * value), 0.01);
        Assert.Equal(0.3173, first.Count(value => Math.Abs(value) > 0.5) / 20_000.0, 0.015); // beyond one deviation
        new RandomWeights(3, 0.5).Read("b", new Shape(20_000), Initialization.Normal, second);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Linear_LoadedForInference_GivesTheSameBitsAndTheExactWeightsBack()
    {
        Weights frozen = new(new RandomWeights(1, 0.3), trainable: false);
        Weights trained = new(new RandomWeights(1, 0.3), trainable: true);
        Linear packed = Linear.Fused([frozen.Sub("q"), frozen.Sub("k")], 33, 21);
        Linear rowMajor = Linear.Fused([trained.Sub("q"), trained.Sub("k")], 33, 21);
        Tensor input = GradientCheck.Random(new Random(2), 7, 33);
        Assert.Equal(
            packed.Forward(new ForwardContext(), input, Kernels.Activation.Gelu).ToArray(),
            rowMajor.Forward(new ForwardContext(tape: new Tape()), input, Kernels.Activation.Gelu).ToArray());
        foreach (Parameter parameter in trained.Loaded())
        {
            float[] values = new float[parameter.Shape.ElementCount];
            frozen.Loaded().Single(other => other.Name == parameter.Name).CopyTo(values);
            Assert.Equal(parameter.Value.ToArray(), values);
        }

        Assert.Contains("'q.weight' was packed", Assert.Throws<InvalidOperationException>(() => frozen.Loaded()[0].Value).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Linear_AfterItsWeightChanged_PacksAgain()
    {
        Weights weights = new(new RandomWeights(1, 0.3), trainable: true);
        Linear layer = new(weights, 3, 2);
        Tensor input = new(new Shape(1, 3), [1, 2, 3]);
        Parameter weight = weights.Loaded()[0];
        weight.Value.Span.Fill(1);
        weight.MarkChanged();
        Assert.Equal([6, 6], layer.Forward(new ForwardContext(), input).ToArray());
    }

    [Fact]
    public void TiedLinear_WithAnEmbedding_AddsBothGradients()
    {
        Weights weights = new(new RandomWeights(1, 0.3), trainable: true);
        Embedding words = new(weights.Sub("words"), 5, 3);
        Linear decoder = Linear.Tied(words.Table, null);
        int[] ids = [1, 4];
        GradientCheck.Run(
            [words.Table.Value],
            context => decoder.Forward(context, words.Forward(context, ids)),
            values => Enumerable.Range(0, 10).Select(i => Enumerable.Range(0, 3).Sum(k => values[0][(ids[i / 5] * 3) + k] * values[0][(i % 5 * 3) + k])).ToArray());
        Assert.Single(weights.Loaded());
    }

    [Fact]
    public void GradientCompleted_OfATiedWeight_ComesOnceAndOnlyWhenBothUsesWereAdded()
    {
        Weights weights = new(new RandomWeights(1, 0.5), trainable: true);
        Embedding words = new(weights.Sub("words"), 5, 3);
        Linear decoder = Linear.Tied(words.Table, bias: null);
        LayerNorm norm = new(weights.Sub("norm"), 3, 1e-5f);
        List<(Tensor Weight, float[] Gradient)> completed = [];
        ForwardContext context = new(tape: new Tape()) { GradientCompleted = weight => completed.Add((weight, weight.Gradient!.ToArray())) };
        int[] ids = [1, 4, 1];
        Tensor logits = decoder.Forward(context, norm.Forward(context, words.Forward(context, ids)));
        context.Backward(context.CrossEntropy(logits, ids));
        Assert.Equal(3, completed.Count); // γ, β and the shared table
        Assert.Same(words.Table.Whole, completed[^1].Weight);
        Assert.All(completed, pair => Assert.Equal(pair.Weight.Gradient!.ToArray(), pair.Gradient));
    }

    [Fact]
    public void Backward_OfATensorThatIsNoNumber_IsRefused()
    {
        ForwardContext context = new(tape: new Tape());
        Tensor input = GradientCheck.Random(new Random(1), 2, 2);
        Assert.Throws<ArgumentException>(() => context.Backward(context.Column(input, 0)));
        Assert.Throws<InvalidOperationException>(() => new ForwardContext().Backward(input));
    }

    [Fact]
    public void Embedding_OfAnIdOutsideItsTable_NamesTokenTableAndBounds()
    {
        Embedding words = new(new Weights(new RandomWeights(1, 0.3), trainable: false).Sub("words"), 5, 3);
        InvalidBatchException error = Assert.Throws<InvalidBatchException>(() => words.Forward(new ForwardContext(), new int[] { 1, 5 }));
        Assert.Contains("Token 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("row 5 of 'words.weight', which has rows 0 to 4", error.Message, StringComparison.Ordinal);
    }
}

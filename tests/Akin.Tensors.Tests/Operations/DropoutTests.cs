using Akin.Tensors.Operations;

namespace Akin.Tensors.Tests.Operations;

/// <summary>What dropout drops, and when.</summary>
public sealed class DropoutTests
{
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
}

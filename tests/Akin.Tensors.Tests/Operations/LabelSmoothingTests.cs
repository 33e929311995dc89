using Akin.Tensors.Operations;

namespace Akin.Tensors.Tests.Operations;

public sealed class LabelSmoothingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void SmoothLabels_WithIgnoredRows_HasTheDerivative(int seed)
    {
        const double Smoothing = 0.1;
        Random random = new(seed);
        (int rows, int classes) = (random.Next(2, 9), random.Next(2, 40));
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classes))];
        labels[1] = CrossEntropyOperation.Ignored;
        Tensor logits = GradientCheck.Random(random, rows, classes);
        GradientCheck.Run(
            [logits],
            context => context.SmoothLabels(context.CrossEntropy(logits, labels), logits, labels, Smoothing),
            values =>
            {
                // torch.nn.functional.cross_entropy(label_smoothing=…): the right class has 1 - ε + ε / K, every other ε / K.
                double sum = 0;
                for (int row = 0; row < rows; row++)
                {
                    double[] x = values[0][(row * classes)..((row + 1) * classes)];
                    double logSum = Math.Log(x.Sum(Math.Exp));
                    sum += labels[row] < 0 ? 0 : x.Select((value, label) => (logSum - value) * ((label == labels[row] ? 1 - Smoothing : 0) + (Smoothing / classes))).Sum();
                }

                return [sum / (rows - 1)];
            });
    }

    [Fact]
    public void SmoothLabels_WithoutSmoothing_IsTheLossItself()
    {
        ForwardContext context = new();
        Tensor logits = new(new Shape(1, 2), [1, 2]);
        Tensor loss = context.CrossEntropy(logits, new[] { 1 });
        Assert.Same(loss, context.SmoothLabels(loss, logits, new[] { 1 }, 0));
    }
}

using Akin.Kernels;
using Akin.Tensors.Operations;
using Reduction = Akin.Tensors.Operations.Reduction;

namespace Akin.Tensors.Tests.Operations;

/// <summary>Losses against central differences in double, at random shapes.</summary>
public sealed class LossGradientTests
{
    private delegate Tensor Loss(ForwardContext context, Tensor input, Tensor target, Reduction reduction);

    private static readonly Dictionary<string, (Loss Operation, Func<double, double, double> Formula)> Regressions = new()
    {
        ["MseLoss"] = ((context, x, t, reduction) => context.MseLoss(x, t, reduction), (x, t) => (x - t) * (x - t)),
        ["L1Loss"] = ((context, x, t, reduction) => context.L1Loss(x, t, reduction), (x, t) => Math.Abs(x - t)),
        ["SmoothL1Loss"] = (
            (context, x, t, reduction) => context.SmoothL1Loss(x, t, 0.5, reduction), (x, t) => Math.Abs(x - t) < 0.5 ? (x - t) * (x - t) : Math.Abs(x - t) - 0.25),
        ["HuberLoss"] = (
            (context, x, t, reduction) => context.HuberLoss(x, t, 0.5, reduction),
            (x, t) => Math.Abs(x - t) < 0.5 ? (x - t) * (x - t) / 2 : 0.5 * (Math.Abs(x - t) - 0.25)),
        ["KlDivLoss"] = (
            (context, x, t, reduction) => context.KlDivLoss(x, context.Add(t, 1.5f), reduction), (x, t) => (t + 1.5) * (Math.Log(t + 1.5) - x)),
    };

    public static TheoryData<int, double, bool, Reduction> CrossEntropyCases
    {
        get
        {
            TheoryData<int, double, bool, Reduction> data = [];
            foreach (Reduction reduction in Enum.GetValues<Reduction>())
            {
                data.Add(1, 0, false, reduction);
                data.Add(2, 0.3, false, reduction);
                data.Add(3, 0, true, reduction);
                data.Add(4, 0.3, true, reduction);
            }

            return data;
        }
    }

    public static TheoryData<string, Reduction> RegressionCases =>
        GradientCheck.EachWithEach(Regressions.Keys, Enum.GetValues<Reduction>());

    [Theory]
    [MemberData(nameof(CrossEntropyCases))]
    public void CrossEntropy_WithWeightsSmoothingAndIgnoredRows_HasTheDerivative(int seed, double smoothing, bool isWeighted, Reduction reduction)
    {
        Random random = new(seed);
        (int rows, int classes) = (random.Next(3, 9), random.Next(2, 40));
        float[] weights = [.. Enumerable.Range(0, classes).Select(_ => isWeighted ? random.NextSingle() + 0.5f : 1)];
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => row == 1 ? -1 : random.Next(classes))];
        CrossEntropyOptions options = new() { Weight = isWeighted ? weights : default, LabelSmoothing = smoothing, IgnoreIndex = -1, Reduction = reduction };
        Tensor logits = GradientCheck.Random(random, rows, classes);
        double divisor = labels.Where(label => label >= 0).Sum(label => weights[label]);
        GradientCheck.Run(
            [logits],
            context => context.CrossEntropy(logits, labels, options),
            values => Reduced(
                Formula.Rows(values[0], classes).Select(Formula.LogSoftmax).Select((row, i) => labels[i] < 0 ? 0
                    : -((1 - smoothing) * weights[labels[i]] * row[labels[i]]) - (smoothing / classes * row.Zip(weights, (log, weight) => log * weight).Sum())),
                reduction, rows, divisor));
    }

    [Theory]
    [MemberData(nameof(CrossEntropyCases))]
    public void CrossEntropy_WithDistributionsAsTargets_HasTheDerivatives(int seed, double smoothing, bool isWeighted, Reduction reduction)
    {
        Random random = new(seed);
        (int rows, int classes) = (random.Next(2, 9), random.Next(2, 9));
        float[] weights = [.. Enumerable.Range(0, classes).Select(_ => isWeighted ? random.NextSingle() + 0.5f : 1)];
        CrossEntropyOptions options = new() { Weight = isWeighted ? weights : default, LabelSmoothing = smoothing, Reduction = reduction };
        Tensor logits = GradientCheck.Random(random, rows, classes);
        Tensor targets = GradientCheck.Random(random, rows, classes);
        GradientCheck.Run(
            [logits, targets],
            context => context.CrossEntropy(logits, targets, options),
            values => Reduced(
                Formula.Rows(values[0], classes).Select(Formula.LogSoftmax).Zip(Formula.Rows(values[1], classes), (log, target) => -log.Select(
                    (value, k) => value * weights[k] * (((1 - smoothing) * target[k]) + (smoothing / classes))).Sum()),
                reduction, rows, rows));
    }

    [Fact]
    public void CrossEntropy_OfTwoLossesOfTheSameLogits_AddsTheGradients()
    {
        Tensor logits = GradientCheck.Random(new Random(1), 3, 5);
        int[][] labels = [[0, CrossEntropyOperation.Ignored, 4], [CrossEntropyOperation.Ignored, 2, 1]];
        GradientCheck.Run(
            [logits],
            context => context.Add(context.CrossEntropy(logits, labels[0]), context.CrossEntropy(logits, labels[1])),
            values =>
            {
                double[][] log = [.. Formula.Rows(values[0], 5).Select(Formula.LogSoftmax)];
                return [-((log[0][0] + log[2][4]) / 2) - ((log[1][2] + log[2][1]) / 2)];
            });
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

    [Fact]
    public void CrossEntropy_OfALargeVocabulary_IsTheSameOnAnyNumberOfThreads()
    {
        Random random = new(1);
        int[] labels = [.. Enumerable.Range(0, 40).Select(row => row % 5 == 0 ? CrossEntropyOperation.Ignored : random.Next(3000))];
        Tensor logits = GradientCheck.Random(random, 40, 3000);
        using WorkerPool pool = new(4);
        (float Loss, float[] Gradient)[] results = [.. new[] { WorkerPool.Serial, pool }.Select(threads =>
        {
            ForwardContext context = new(threads, new Tape());
            Tensor loss = context.CrossEntropy(logits, labels, new CrossEntropyOptions { LabelSmoothing = 0.1 });
            context.Backward(loss);
            float[] gradient = logits.Gradient!.ToArray();
            logits.ClearGradient();
            return (loss.Span[0], gradient);
        })];
        Assert.Equal(results[0].Loss, results[1].Loss);
        Assert.Equal(results[0].Gradient, results[1].Gradient);
    }

    [Theory]
    [MemberData(nameof(RegressionCases))]
    public void Regression_OfTwoTensors_HasTheDerivatives(string name, Reduction reduction)
    {
        Random random = new(7);
        (Loss operation, Func<double, double, double> formula) = Regressions[name];
        (int rows, int columns) = (random.Next(1, 6), random.Next(1, 6));
        Tensor input = GradientCheck.Random(random, rows, columns);
        Tensor target = GradientCheck.Random(random, rows, columns);
        GradientCheck.Run(
            [input, target],
            context => operation(context, input, target, reduction),
            values => Reduced(values[0].Zip(values[1], formula), reduction, rows, rows * columns));
    }

    [Theory]
    [InlineData(Reduction.Mean)]
    [InlineData(Reduction.None)]
    public void BinaryCrossEntropy_WithWeights_HasTheDerivative(Reduction reduction)
    {
        Random random = new(5);
        (int rows, int classes) = (4, 3);
        Tensor logits = GradientCheck.Random(random, rows, classes);
        float[] targets = [.. Enumerable.Range(0, rows * classes).Select(_ => random.NextSingle())];
        float[] positive = [0.5f, 2, 3];
        Tensor weight = new(new Shape(rows, 1), [1, 0.5f, 2, 0]);
        BinaryCrossEntropyOptions options = new() { Weight = weight, PosWeight = positive, Reduction = reduction };
        GradientCheck.Run(
            [logits],
            context => context.BinaryCrossEntropy(logits, targets, options),
            values => Reduced(
                values[0].Select((x, i) => weight.Span[i / classes] * ((targets[i] * positive[i % classes] * Math.Log(1 + Math.Exp(-x)))
                    + ((1 - targets[i]) * Math.Log(1 + Math.Exp(x))))),
                reduction, rows, rows * classes));
    }

    [Fact]
    public void Losses_OfSizesThatDoNotFit_SaySo()
    {
        ForwardContext context = new();
        Tensor logits = new(new Shape(2, 3));
        Assert.Contains("2 weights", Assert.Throws<InvalidBatchException>(
            () => context.CrossEntropy(logits, new int[2], new CrossEntropyOptions { Weight = new float[2] })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.CrossEntropy(logits, new int[2], new CrossEntropyOptions { LabelSmoothing = 1.5 }));
        Assert.Contains("[2, 2]", Assert.Throws<InvalidBatchException>(
            () => context.CrossEntropy(logits, new Tensor(new Shape(2, 2)))).Message, StringComparison.Ordinal);
        Assert.Contains("1 weights", Assert.Throws<InvalidBatchException>(
            () => context.BinaryCrossEntropy(logits, new float[6], new BinaryCrossEntropyOptions { PosWeight = new float[1] })).Message, StringComparison.Ordinal);
    }

    private static double[] Reduced(IEnumerable<double> losses, Reduction reduction, int rows, double divisor) => reduction switch
    {
        Reduction.None => [.. losses],
        Reduction.Sum => [losses.Sum()],
        Reduction.BatchMean => [losses.Sum() / rows],
        _ => [losses.Sum() / divisor],
    };
}

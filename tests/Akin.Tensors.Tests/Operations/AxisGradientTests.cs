using Akin.Kernels;
using Akin.Tensors.Operations;

namespace Akin.Tensors.Tests.Operations;

/// <summary>Operations along one dimension against central differences in double, at random shapes and on every axis.</summary>
public sealed class AxisGradientTests
{
    private delegate Tensor OnAxis(ForwardContext context, Tensor input, int axis, bool keepsAxis);

    private static readonly Dictionary<string, (OnAxis Operation, Func<double[], double[]> Formula)> Operations = new()
    {
        ["Sum"] = ((context, x, axis, keeps) => context.Sum(x, axis, keeps), x => [x.Sum()]),
        ["Mean"] = ((context, x, axis, keeps) => context.Mean(x, axis, keeps), x => [x.Average()]),
        ["Variance"] = (
            (context, x, axis, keeps) => context.Variance(x, axis, correction: 0, keeps), x => [x.Average(value => Math.Pow(value - x.Average(), 2))]),
        ["Max"] = ((context, x, axis, keeps) => context.Max(x, axis, keeps), x => [x.Max()]),
        ["AMax"] = ((context, x, axis, keeps) => context.AMax(x, axis, keeps), x => [x.Max()]),
        ["Norm"] = ((context, x, axis, keeps) => context.Norm(x, axis, keepsAxis: keeps), x => [Formula.Norm(x)]),
        ["Norm of order 1"] = ((context, x, axis, keeps) => context.Norm(x, axis, 1, keeps), x => [Formula.Norm(x, 1)]),
        ["Norm of order 3"] = ((context, x, axis, keeps) => context.Norm(x, axis, 3, keeps), x => [Formula.Norm(x, 3)]),
        ["Product"] = ((context, x, axis, keeps) => context.Product(x, axis, keeps), x => [x.Aggregate((a, b) => a * b)]),
        ["LogSumExp"] = ((context, x, axis, keeps) => context.LogSumExp(x, axis, keeps), x => [Math.Log(x.Sum(Math.Exp))]),
        ["CumSum"] = ((context, x, axis, _) => context.CumSum(x, axis), x => [.. x.Select((_, i) => x[..(i + 1)].Sum())]),
        ["LogCumSumExp"] = (
            (context, x, axis, _) => context.LogCumSumExp(x, axis), x => [.. x.Select((_, i) => Math.Log(x[..(i + 1)].Sum(Math.Exp)))]),
        ["Softmax"] = ((context, x, axis, _) => context.Softmax(x, axis), x => [.. Formula.LogSoftmax(x).Select(Math.Exp)]),
        ["LogSoftmax"] = ((context, x, axis, _) => context.LogSoftmax(x, axis), Formula.LogSoftmax),
        ["Normalize"] = ((context, x, axis, _) => context.Normalize(x, axis), x => [.. x.Select(value => value / Formula.Norm(x))]),
        ["Normalize of order 1"] = ((context, x, axis, _) => context.Normalize(x, axis, 1), x => [.. x.Select(value => value / Formula.Norm(x, 1))]),
    };

    public static TheoryData<string, int> NamesAndSeeds => GradientCheck.EachWithEach(Operations.Keys, Enumerable.Range(1, 5));

    [Theory]
    [MemberData(nameof(NamesAndSeeds))]
    public void Operation_AlongAnyAxis_HasTheDerivative(string name, int seed)
    {
        Random random = new(seed);
        (OnAxis operation, Func<double[], double[]> formula) = Operations[name];

        // Lines of at least 2: a normalised line of one number is its sign, and the gradient 0 is nothing to compare with.
        Shape shape = new([.. Formula.RandomShape(random).ToArray().Select(length => length + 1)]);
        int axis = random.Next(-shape.Rank, shape.Rank);
        Tensor input = GradientCheck.Random(random, shape.ToArray());
        GradientCheck.Run(
            [input], context => operation(context, input, axis, random.Next(2) == 0), values => Formula.AlongAxis(values[0], shape, axis, formula));
    }

    [Fact]
    public void Reduction_ThatDropsItsAxis_HasTheShapeOfTheOthers()
    {
        ForwardContext context = new();
        Tensor input = new(new Shape(2, 3, 4));
        Assert.Equal(new Shape(2, 4), context.Max(input, axis: 1).Shape);
        Assert.Equal(new Shape(2, 1, 4), context.Sum(input, axis: -2, keepsAxis: true).Shape);
        Assert.Equal(Shape.Scalar, context.Mean(input).Shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Sum(input, axis: 3));
    }

    [Fact]
    public void SumAndMean_OfAllNumbers_HaveTheDerivatives()
    {
        Tensor input = GradientCheck.Random(new Random(1), 3, 4, 2);
        GradientCheck.Run([input], context => context.Sum(input), values => [values[0].Sum()]);
        input.ClearGradient();
        GradientCheck.Run([input], context => context.Mean(input), values => [values[0].Average()]);
    }

    [Fact]
    public void Product_OfALineWithZeros_HasTheDerivative()
    {
        Tensor input = new(new Shape(3, 3), [0, 2, 3, 0, 0, 2, 1, 2, 3]) { RequiresGradient = true };
        ForwardContext context = new(tape: new Tape());
        context.Backward(context.Sum(context.Product(input, axis: 1)));
        Assert.Equal([6, 0, 0, 0, 0, 0, 6, 3, 2], input.Gradient!.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Reduction_OfManyLines_IsTheSameOnAnyNumberOfThreads(int axis)
    {
        Tensor input = GradientCheck.Random(new Random(1), 30, 40, 50);
        using WorkerPool pool = new(4);
        float[][] results = [.. new[] { WorkerPool.Serial, pool }.Select(threads =>
        {
            ForwardContext context = new(threads);
            return context.Concatenate(axis: 0, context.Sum(input, axis), context.LogSumExp(input, axis)).ToArray();
        })];
        Assert.Equal(results[0], results[1]);
        double[] expected = Formula.AlongAxis([.. input.ToArray().Select(value => (double)value)], input.Shape, axis, x => [x.Sum()]);
        Assert.All(expected.Zip(results[0]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}

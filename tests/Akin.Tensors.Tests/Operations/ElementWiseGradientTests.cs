using Akin.Kernels;
using Akin.Tensors.Operations;

namespace Akin.Tensors.Tests.Operations;

/// <summary>Functions of single numbers, and arithmetic of two tensors, against central differences in double, at random shapes.</summary>
public sealed class ElementWiseGradientTests
{
    private delegate Tensor Unary(ForwardContext context, Tensor input);

    private delegate Tensor Binary(ForwardContext context, Tensor left, Tensor right);

    private static readonly Dictionary<string, (Unary Operation, Func<double, double> Formula)> Functions = new()
    {
        ["Add a number"] = ((context, x) => context.Add(x, 0.3f), x => x + 0.3f),
        ["Multiply by a number"] = ((context, x) => context.Multiply(x, -1.7f), x => x * -1.7f),
        ["Affine"] = ((context, x) => context.Affine(x, 2, -0.5f), x => (2 * x) - 0.5),
        ["Negate"] = ((context, x) => context.Negate(x), x => -x),
        ["Exp"] = ((context, x) => context.Exp(x), Math.Exp),
        ["Log"] = ((context, x) => context.Log(context.Add(x, 1.5f)), x => Math.Log(x + 1.5)),
        ["Log1P"] = ((context, x) => context.Log1P(context.Multiply(x, 0.5f)), x => Math.Log(1 + (x / 2))),
        ["Sqrt"] = ((context, x) => context.Sqrt(context.Add(x, 1.5f)), x => Math.Sqrt(x + 1.5)),
        ["Rsqrt"] = ((context, x) => context.Rsqrt(context.Add(x, 1.5f)), x => 1 / Math.Sqrt(x + 1.5)),
        ["Reciprocal"] = ((context, x) => context.Reciprocal(context.Add(x, 1.5f)), x => 1 / (x + 1.5)),
        ["Square"] = ((context, x) => context.Square(x), x => x * x),
        ["Pow"] = ((context, x) => context.Pow(context.Add(x, 1.5f), 2.5), x => Math.Pow(x + 1.5, 2.5)),
        ["Abs"] = ((context, x) => context.Abs(x), Math.Abs),
        ["Clamp"] = ((context, x) => context.Clamp(x, -0.5f, 0.25f), x => Math.Clamp(x, -0.5, 0.25)),
        ["Erf"] = ((context, x) => context.Erf(x), x => (2 * GradientCheck.NormalDistribution(x * Math.Sqrt(2))) - 1),
        ["Gelu"] = ((context, x) => context.Gelu(x), x => x * GradientCheck.NormalDistribution(x)),
        ["Relu"] = ((context, x) => context.Relu(x), x => Math.Max(x, 0)),
        ["Tanh"] = ((context, x) => context.Tanh(x), Math.Tanh),
        ["Sigmoid"] = ((context, x) => context.Sigmoid(x), x => 1 / (1 + Math.Exp(-x))),
        ["Silu"] = ((context, x) => context.Activate(x, Activation.Silu), x => x / (1 + Math.Exp(-x))),
        ["LogSigmoid"] = ((context, x) => context.LogSigmoid(context.Multiply(x, 5)), x => -Math.Log(1 + Math.Exp(-5 * x))),
        ["Softplus"] = ((context, x) => context.Softplus(x, beta: 3), x => Math.Log(1 + Math.Exp(3 * x)) / 3),
        ["Mish"] = ((context, x) => context.Mish(x), x => x * Math.Tanh(Math.Log(1 + Math.Exp(x)))),
        ["Elu"] = ((context, x) => context.Elu(x, 0.7), x => x > 0 ? x : 0.7 * (Math.Exp(x) - 1)),
        ["LeakyRelu"] = ((context, x) => context.LeakyRelu(x, 0.1), x => x > 0 ? x : 0.1 * x),
    };

    private static readonly Dictionary<string, (Binary Operation, Func<double, double, double> Formula)> Arithmetic = new()
    {
        ["Add"] = ((context, x, y) => context.Add(x, y), (x, y) => x + y),
        ["Subtract"] = ((context, x, y) => context.Subtract(x, y), (x, y) => x - y),
        ["Multiply"] = ((context, x, y) => context.Multiply(x, y), (x, y) => x * y),
        ["Divide"] = ((context, x, y) => context.Divide(x, context.Add(y, 2)), (x, y) => x / (y + 2)),
        ["Maximum"] = ((context, x, y) => context.Maximum(x, y), Math.Max),
        ["Minimum"] = ((context, x, y) => context.Minimum(x, y), Math.Min),
    };

    public static TheoryData<string> FunctionNames => [.. Functions.Keys];

    public static TheoryData<string, int> ArithmeticNamesAndSeeds => GradientCheck.EachWithEach(Arithmetic.Keys, Enumerable.Range(1, 6));

    [Theory]
    [MemberData(nameof(FunctionNames))]
    public void Function_OfRandomNumbers_HasTheDerivative(string name)
    {
        Random random = new(3);
        (Unary operation, Func<double, double> formula) = Functions[name];
        Tensor input = GradientCheck.Random(random, Formula.RandomShape(random, smallestRank: 2).ToArray());
        GradientCheck.Run([input], context => operation(context, input), values => [.. values[0].Select(formula)]);
    }

    [Theory]
    [MemberData(nameof(ArithmeticNamesAndSeeds))]
    public void Arithmetic_OfBroadcastShapes_HasTheDerivatives(string name, int seed)
    {
        Random random = new(seed);
        (Binary operation, Func<double, double, double> formula) = Arithmetic[name];
        Shape shape = Formula.RandomShape(random);
        int[] Narrowed() => [.. shape.ToArray().Select(length => random.Next(3) == 0 ? 1 : length)];
        Tensor left = GradientCheck.Random(random, seed == 1 ? shape.ToArray() : Narrowed());
        Tensor right = GradientCheck.Random(random, seed == 1 ? shape.ToArray() : Narrowed()[random.Next(shape.Rank)..]);
        Shape joined = new([.. left.Shape.ToArray().Select((length, i) => Math.Max(length, i < left.Shape.Rank - right.Shape.Rank ? 1 : right.Shape[i - left.Shape.Rank + right.Shape.Rank]))]);
        GradientCheck.Run(
            [left, right],
            context => operation(context, left, right),
            values => [.. Formula.Broadcast(values[0], left.Shape, joined).Zip(Formula.Broadcast(values[1], right.Shape, joined), formula)]);
    }

    [Fact]
    public void Arithmetic_OfATensorWithItself_AddsBothGradients()
    {
        Tensor x = GradientCheck.Random(new Random(1), 3, 5);
        GradientCheck.Run([x], context => context.Add(x, x), values => [.. values[0].Select(value => 2 * value)]);
        x.ClearGradient();
        GradientCheck.Run([x], context => context.Multiply(x, x), values => [.. values[0].Select(value => value * value)]);
    }

    [Fact]
    public void Arithmetic_OfLargeTensors_IsTheSameOnAnyNumberOfThreads()
    {
        Random random = new(1);
        Tensor left = GradientCheck.Random(random, 150, 300);
        Tensor right = GradientCheck.Random(random, 300);
        using WorkerPool pool = new(4);
        float[][] results = [.. new[] { WorkerPool.Serial, pool }.Select(threads =>
        {
            ForwardContext context = new(threads);
            return context.Mish(context.Subtract(context.Multiply(left, right), left)).ToArray();
        })];
        Assert.Equal(results[0], results[1]);
        Assert.Equal(Math.Tanh(Math.Log(1 + Math.Exp(Product(7)))) * Product(7), results[0][7], 1e-6);
        double Product(int i) => ((double)left.Span[i] * right.Span[i]) - left.Span[i];
    }

    [Fact]
    public void Arithmetic_OfShapesThatDoNotFit_NamesBoth()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new ForwardContext().Add(new Tensor(new Shape(2, 3)), new Tensor(new Shape(2))));
        Assert.Contains("[2, 3] and [2]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightedSum_OfTwoTensors_HasTheDerivative()
    {
        Tensor left = GradientCheck.Random(new Random(1), 2, 3);
        Tensor right = GradientCheck.Random(new Random(2), 2, 3);
        GradientCheck.Run(
            [left, right], context => context.WeightedSum(left, 2, right, -0.5f), values => [.. values[0].Zip(values[1], (l, r) => (2 * l) - (0.5 * r))]);
    }

    [Fact]
    public void Where_OfBroadcastShapes_HasTheDerivatives()
    {
        Random random = new(2);
        bool[] mask = [.. Enumerable.Range(0, 24).Select(_ => random.Next(2) == 0)];
        Tensor left = GradientCheck.Random(random, 2, 3, 4);
        Tensor right = GradientCheck.Random(random, 3, 1);
        GradientCheck.Run(
            [left, right],
            context => context.Where(mask, left, right),
            values => [.. values[0].Select((value, i) => mask[i] ? value : values[1][i / 4 % 3])]);
    }

    [Fact]
    public void MaskedFill_WithANumber_HasTheDerivative()
    {
        Tensor input = GradientCheck.Random(new Random(2), 2, 3);
        bool[] mask = [true, false, false, true, true, false];
        GradientCheck.Run([input], context => context.MaskedFill(input, mask, -2), values => [.. values[0].Select((value, i) => mask[i] ? -2 : value)]);
    }

    [Fact]
    public void Detach_OfAComputedTensor_StopsTheGradient()
    {
        Tensor input = GradientCheck.Random(new Random(2), 3);
        GradientCheck.Run([input], context => context.Add(context.Detach(context.Square(input)), input), values =>
        {
            double[] constant = [.. input.ToArray().Select(value => (double)value * value)]; // not of what is varied
            return [.. constant.Zip(values[0], (a, b) => a + b)];
        });
    }
}

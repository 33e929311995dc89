using Akin.Tensors.Operations;

namespace Akin.Tensors.Tests;

/// <summary>Compares a backward pass with central differences of the same formula written plainly in double precision.</summary>
internal static class GradientCheck
{
    /// <summary>Relative to the gradient's norm: float32 sums of some hundred numbers.</summary>
    private const double GradientTolerance = 1e-4;

    /// <summary>Outputs are of order 1.</summary>
    private const double OutputTolerance = 1e-5;

    /// <summary>In double precision the difference quotient is then exact to about 1e-9.</summary>
    private const double Step = 1e-5;

    private const ulong DropoutSeed = 11;

    /// <summary>Cases for a theory: every one of some with every one of others.</summary>
    public static TheoryData<TFirst, TSecond> EachWithEach<TFirst, TSecond>(IEnumerable<TFirst> first, IEnumerable<TSecond> second)
    {
        TheoryData<TFirst, TSecond> data = [];
        foreach ((TFirst a, TSecond b) in first.SelectMany(a => second.Select(b => (a, b))))
        {
            data.Add(a, b);
        }

        return data;
    }

    /// <summary>Random numbers of order 1 that require gradients.</summary>
    public static Tensor Random(Random random, params ReadOnlySpan<int> dimensions)
    {
        Tensor tensor = new(new Shape(dimensions)) { RequiresGradient = true };
        foreach (ref float value in tensor.Span)
        {
            value = (float)((random.NextDouble() * 2) - 1);
        }

        return tensor;
    }

    /// <summary>The mask of the first dropout of a pass that <see cref="Run"/> makes: ones where nothing is dropped.</summary>
    public static float[] FirstMask(int count, float probability)
    {
        float[] ones = new float[count];
        Array.Fill(ones, 1);
        return new ForwardContext { DropoutSeed = DropoutSeed }.Dropout(new Tensor(new Shape(count), ones), probability).ToArray();
    }

    /// <summary>Checks the output of an operation, and the gradient of a loss of it by every input.</summary>
    /// <param name="inputs">What the operation depends on: inputs and weights.</param>
    /// <param name="operation">The operation on these tensors.</param>
    /// <param name="formula">The same in double precision, from the inputs' numbers.</param>
    public static void Run(Tensor[] inputs, Func<ForwardContext, Tensor> operation, Func<double[][], double[]> formula)
    {
        ForwardContext context = new(tape: new Tape()) { DropoutSeed = DropoutSeed };
        Tensor output = operation(context);
        double[][] values = [.. inputs.Select(input => input.ToArray().Select(value => (double)value).ToArray())];
        double[] expected = formula(values);
        Assert.Equal(expected.Length, output.Span.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], output.Span[i], OutputTolerance);
        }

        // A loss that weighs every output differently: the mean squared distance to fixed targets.
        float[] targets = [.. expected.Select((_, i) => MathF.Sin(i))];
        double Loss() => formula(values).Zip(targets, (value, target) => (value - target) * (value - target)).Average();
        context.Backward(context.MeanSquaredError(output, targets));

        for (int input = 0; input < inputs.Length; input++)
        {
            double[] numbers = values[input];
            double[] truth = new double[numbers.Length];
            for (int i = 0; i < numbers.Length; i++)
            {
                double value = numbers[i];
                numbers[i] = value + Step;
                double above = Loss();
                numbers[i] = value - Step;
                double below = Loss();
                numbers[i] = value;
                truth[i] = (above - below) / (2 * Step);
            }

            float[] gradient = inputs[input].Gradient!.ToArray();
            double norm = Math.Sqrt(truth.Sum(value => value * value));
            double difference = Math.Sqrt(truth.Zip(gradient, (exact, ours) => (exact - ours) * (exact - ours)).Sum());
            Assert.True(difference <= GradientTolerance * norm, $"Input {input}: gradient is {difference:E2} off at norm {norm:E2}.");
        }
    }

    /// <summary>Φ(x) by its power series, which converges to double precision for the small |x| used here.</summary>
    public static double NormalDistribution(double x)
    {
        double term = x, sum = x;
        for (int n = 1; n < 200; n++)
        {
            term *= x * x / ((2 * n) + 1);
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }
}

using Akin.Kernels.Lanes;
using Akin.Kernels.Reference;

namespace Akin.Kernels.TierProbe;

/// <summary>What must hold for the element-wise functions of every tier.</summary>
public static class MathChecks
{
    /// <summary>
    /// Between two bit patterns tried: a prime, so every exponent is met with a quarter of a million mantissas in all (a million by hand: AKIN_TESTS=all), and over several
    /// runs of different functions no pattern of low bits is left out.
    /// </summary>
    private static readonly uint Stride = Environment.GetEnvironmentVariable("AKIN_TESTS") == "all" ? 4093u : 16_381u;

    /// <summary>Floats tried on each side of a point where a function changes its formula or its result becomes special.</summary>
    private const int Neighbours = 300;

    /// <summary>Slower tiers try fewer floats.</summary>
    private const uint ScalarStride = 65_537;

    /// <summary>
    /// The functions with their exact values, the largest errors allowed (seen to hold for all 2³² floats by <c>sweep</c> with stride 1), and where
    /// they change their formula or are least accurate.
    /// </summary>
    internal static IReadOnlyList<MathFunction> Functions { get; } =
    [
        new("exp", (tier, x, y) => ElementWise.Apply<ExpOperator>(tier, x, y), Math.Exp, 1.1, [88.722839f, -87.336545f, -103.972084f, 0.34657359f]),
        new("log", (tier, x, y) => ElementWise.Apply<LogOperator>(tier, x, y), Math.Log, 1.1, [1, 0.70710678f, 1.41421356f, 1.17549435e-38f, 0]),
        new("erf", (tier, x, y) => ElementWise.Apply<ErfOperator>(tier, x, y), MathReference.Erf, 1.1, [1, 3.92f]),
        Of(Activation.Tanh, 1.1, 0.8f, 9.01f, 10),
        Of(Activation.Sigmoid, 1.1, 17.3f, 18, 88.722839f, 103.972084f),
        Of(Activation.Silu, 1.15, -81.41962f, 18, 88.72f, 103.97f, 108.6f, 110),
        Of(Activation.QuickGelu, 1.15, -21.359015f, 10.57f, 52.1f, 61.1f, 63.5f, 64),
        Of(Activation.GeluTanh, 1.15, -2.7471633f, 4.7f, 10.05f, 10.7f, 10.9f),
        Of(Activation.Gelu, 1.39, -1.8372991f, 0.25f, 0.5f, 0.75f, 1, 1.5f, 2, 2.5f, 3, 4, 5, 6, 7, 9, 11, 13, 14.2f, 14.7f),
    ];

    /// <summary>Every function over the whole range of float32: the stated error, the special values, and the bits of the scalar tier.</summary>
    public static void FunctionsAreAccurate(KernelTier tier)
    {
        const int BlockLength = 4096;
        float[] input = new float[BlockLength], output = new float[BlockLength], scalar = new float[BlockLength];
        uint stride = tier == KernelTier.Scalar || !Check.IsFused(tier) ? ScalarStride : Stride;
        for (int i = 0; i < Functions.Count; i++)
        {
            MathFunction function = Functions[i];
            int count = 0;
            foreach (float x in Arguments(stride, (uint)i, function.Breakpoints))
            {
                input[count++] = x;
                if (count == BlockLength)
                {
                    Compare(tier, function, input, output, scalar, count);
                    count = 0;
                }
            }

            Compare(tier, function, input, output, scalar, count);
        }
    }

    /// <summary>The derivatives against the exact ones, by absolute error, and their limits.</summary>
    public static void DerivativesAreAccurate(KernelTier tier)
    {
        // The largest derivative is 1.13; several roundings of numbers up to 1 each.
        const float Tolerance = 5e-7f;
        float[] x = [.. Enumerable.Range(-12_000, 24_001).Select(i => i / 997f), 50, -50, 1e30f, -1e30f, float.MaxValue, -float.MaxValue];
        float[] ones = new float[x.Length], derivative = new float[x.Length];
        ones.AsSpan().Fill(1);
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            Activations.Backward(tier, activation, x, ones, derivative, WorkerPool.Serial);
            float[] expected = [.. x.Select(v => (float)MathReference.Derivative(activation, v))];
            Check.Close(expected, derivative, Tolerance, $"{tier}: derivative of {activation}");

            float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];
            Activations.Backward(tier, activation, special, [1, 1, 1], special, WorkerPool.Serial);
            Check.Require(activation == Activation.None || float.IsNaN(special[0]), $"{tier}: derivative of {activation} at NaN is {special[0]}.");
            Check.Close(
                [(float)MathReference.Derivative(activation, double.PositiveInfinity), (float)MathReference.Derivative(activation, double.NegativeInfinity)],
                special.AsSpan(1),
                0,
                $"{tier}: derivative of {activation} at the infinities");
        }
    }

    /// <summary>Every length 0…256 between guard pages, at both ends, apart and in place: an element's bits do not depend on its place.</summary>
    public static void ElementsAreIndependent(KernelTier tier)
    {
        const int LongestSpan = 256;
        Random random = new(5);
        float[] numbers = [.. Check.Numbers(random, LongestSpan).Select(x => x * 12)];
        float[] gradients = Check.Numbers(random, LongestSpan);
        foreach (Activation activation in Enum.GetValues<Activation>())
        {
            float[] values = new float[LongestSpan], derivatives = new float[LongestSpan];
            for (int i = 0; i < LongestSpan; i++)
            {
                Activations.Apply(tier, activation, numbers.AsSpan(i, 1), values.AsSpan(i, 1));
                Activations.Backward(tier, activation, numbers.AsSpan(i, 1), gradients.AsSpan(i, 1), derivatives.AsSpan(i, 1), WorkerPool.Serial);
            }

            for (int length = 0; length <= LongestSpan; length++)
            {
                int start = random.Next(LongestSpan - length + 1);
                bool isAtEnd = length % 2 == 0;
                string what = $"{tier}: {activation} of {length}";
                using GuardedMemory x = new(numbers.AsSpan(start, length), isAtEnd), y = new(length, isAtEnd);
                using GuardedMemory dy = new(gradients.AsSpan(start, length), !isAtEnd);
                Activations.Apply(tier, activation, x.Span, y.Span);
                Check.SameBits(values.AsSpan(start, length), y.Span, what);
                Activations.Backward(tier, activation, x.Span, dy.Span, y.Span, WorkerPool.Serial);
                Check.SameBits(derivatives.AsSpan(start, length), y.Span, what + ", backward");
                Activations.Backward(tier, activation, x.Span, dy.Span, dy.Span, WorkerPool.Serial);
                Check.SameBits(derivatives.AsSpan(start, length), dy.Span, what + ", backward in place");
                Activations.Apply(tier, activation, x.Span, x.Span);
                Check.SameBits(values.AsSpan(start, length), x.Span, what + " in place");
            }
        }
    }

    private static MathFunction Of(Activation activation, double error, params float[] breakpoints) => new(
        activation.ToString(), (tier, x, y) => Activations.Apply(tier, activation, x, y), x => MathReference.Apply(activation, x), error, breakpoints);

    private static IEnumerable<float> Arguments(uint stride, uint offset, float[] breakpoints)
    {
        for (ulong bits = offset; bits <= uint.MaxValue; bits += stride)
        {
            yield return BitConverter.UInt32BitsToSingle((uint)bits);
        }

        float[] everywhere = [0, float.Epsilon, 1.17549435e-38f, 1, float.MaxValue, float.PositiveInfinity];
        foreach (float point in breakpoints.Concat(everywhere))
        {
            int center = BitConverter.SingleToInt32Bits(point);
            for (int i = Math.Max(center - Neighbours, 0); i <= center + Neighbours; i++)
            {
                yield return BitConverter.Int32BitsToSingle(i);
                yield return -BitConverter.Int32BitsToSingle(i);
            }
        }
    }

    private static void Compare(KernelTier tier, MathFunction function, float[] input, float[] output, float[] scalar, int count)
    {
        function.Kernel(tier, input.AsSpan(0, count), output.AsSpan(0, count));
        function.Kernel(KernelTier.Scalar, input.AsSpan(0, count), scalar.AsSpan(0, count));
        for (int i = 0; i < count; i++)
        {
            if (BitConverter.SingleToInt32Bits(output[i]) != BitConverter.SingleToInt32Bits(scalar[i]) && !(float.IsNaN(output[i]) && float.IsNaN(scalar[i])))
            {
                throw new CheckFailedException($"{tier}: {function.Name}({input[i]:R}) is {output[i]:R}, but {scalar[i]:R} on the scalar tier.");
            }

            double error = function.ErrorOf(input[i], output[i]);
            Check.Require(error <= function.Error, $"{tier}: {function.Name}({input[i]:R}) is {output[i]:R}, {error:F2} ulp from {function.Exact(input[i]):R}.");
        }
    }
}

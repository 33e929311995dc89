using System.Globalization;

namespace Akin.Kernels.TierProbe;

/// <summary>Tries functions at all 2³² floats and prints the largest errors: half an hour on two threads, so no test but a program.</summary>
internal static class MathSweep
{
    private const int BlockBits = 16;

    /// <param name="tier">The tier to try.</param>
    /// <param name="stride">Of how many blocks of 65,536 neighbouring floats one is tried: 1 for all.</param>
    /// <param name="names">The functions; none for all.</param>
    /// <returns>Whether every error is within its bound.</returns>
    public static bool Run(KernelTier tier, int stride, IReadOnlyCollection<string> names)
    {
        bool holds = true;
        foreach (MathFunction function in MathChecks.Functions.Where(f => names.Count == 0 || names.Contains(f.Name, StringComparer.OrdinalIgnoreCase)))
        {
            Worst below = new(), above = new();
            Parallel.For(0, (1 << (32 - BlockBits)) / stride, block => Try(tier, function, block * stride, below, above));
            holds &= Math.Max(below.Error, above.Error) <= function.Error;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{tier} {function.Name}: x ≥ 0 {above.Error:F3} ulp at {above.Argument:R}, x < 0 {below.Error:F3} ulp at {below.Argument:R}, allowed {function.Error}"));
        }

        return holds;
    }

    private static void Try(KernelTier tier, MathFunction function, int block, Worst below, Worst above)
    {
        float[] input = new float[1 << BlockBits], output = new float[1 << BlockBits];
        for (int i = 0; i < input.Length; i++)
        {
            input[i] = BitConverter.Int32BitsToSingle((block << BlockBits) | i);
        }

        function.Kernel(tier, input, output);
        double error = 0;
        float argument = input[0];
        for (int i = 0; i < input.Length; i++)
        {
            double own = function.ErrorOf(input[i], output[i]);
            if (!(own <= error))
            {
                (error, argument) = (own, input[i]);
            }
        }

        (block >= 0 && block < 1 << (31 - BlockBits) ? above : below).Take(error, argument);
    }

    private sealed class Worst
    {
        private readonly Lock _lock = new();

        public double Error { get; private set; }

        public float Argument { get; private set; }

        public void Take(double error, float argument)
        {
            lock (_lock)
            {
                if (!(error <= Error))
                {
                    (Error, Argument) = (error, argument);
                }
            }
        }
    }
}

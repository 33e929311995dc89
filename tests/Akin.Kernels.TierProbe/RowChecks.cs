using Akin.Kernels.Reference;

namespace Akin.Kernels.TierProbe;

/// <summary>What must hold for softmax, the norms and their gradients on every tier.</summary>
public static class RowChecks
{
    private const int RowCount = 3;

    private const float LayerNormEpsilon = 1e-12f;

    /// <summary>Errors relative to the largest expected magnitude (at least 1): a few roundings, or those of a sum of 256.</summary>
    private const float Tolerance = 2e-6f;

    /// <summary>dx of a norm divides by a deviation that is small in short rows and subtracts nearly equal numbers there.</summary>
    private const float NormGradientTolerance = 2e-5f;

    /// <summary>A row operation: forward from x, or backward from x (or y) and dy, on one tier and by the reference.</summary>
    private delegate void Operation(KernelTier tier, ReadOnlySpan<float> first, ReadOnlySpan<float> second, int width, Span<float> result, WorkerPool pool);

    private delegate void ReferenceOperation(ReadOnlySpan<float> first, ReadOnlySpan<float> second, Span<float> result);

    private static readonly (string Name, Operation Kernel, ReferenceOperation Reference, float Tolerance)[] Operations =
    [
        ("softmax", (tier, x, _, n, y, pool) => Softmax.Rows(tier, x, Rows(x, n), n, y, pool), (x, _, y) => RowReference.Softmax(x, y), Tolerance),
        ("softmax row by row", SoftmaxRowByRow, (x, _, y) => RowReference.Softmax(x, y), Tolerance),
        ("softmax backward",
            (tier, y, dy, n, dx, pool) => Softmax.Backward(tier, y, Rows(y, n), n, dy, dx, pool), RowReference.SoftmaxBackward, Tolerance),
        ("log-softmax", (tier, x, _, n, y, pool) => LogSoftmax.Rows(tier, x, Rows(x, n), n, y, pool), (x, _, y) => RowReference.LogSoftmax(x, y), Tolerance),
        ("log-softmax backward",
            (tier, y, dy, n, dx, pool) => LogSoftmax.Backward(tier, y, Rows(y, n), n, dy, dx, pool), RowReference.LogSoftmaxBackward, Tolerance),
        ("normalize", (tier, x, _, n, y, pool) => Normalize.Rows(tier, x, Rows(x, n), n, 1e-12f, y, pool),
            (x, _, y) => RowReference.Normalize(x, 1e-12f, y), Tolerance),
        ("normalize backward", (tier, x, dy, n, dx, pool) => Normalize.Backward(tier, x, Rows(x, n), n, 1e-12f, dy, dx, pool),
            (x, dy, dx) => RowReference.NormalizeBackward(x, 1e-12f, dy, dx), NormGradientTolerance),
        ("layer norm", (tier, x, gamma, n, y, pool) => LayerNorm.Rows(tier, x, Rows(x, n), gamma[..n], gamma[^n..], LayerNormEpsilon, y, pool),
            (x, gamma, y) => RowReference.LayerNorm(x, gamma[..x.Length], gamma[^x.Length..], LayerNormEpsilon, y), Tolerance),
        ("RMS norm", (tier, x, gamma, n, y, pool) => RmsNorm.Rows(tier, x, Rows(x, n), gamma[..n], 1e-6f, y, pool),
            (x, gamma, y) => RowReference.RmsNorm(x, gamma[..x.Length], 1e-6f, y), Tolerance),
    ];

    private static void SoftmaxRowByRow(
        KernelTier tier, ReadOnlySpan<float> x, ReadOnlySpan<float> unused, int width, Span<float> y, WorkerPool pool)
    {
        for (int start = 0; start < x.Length; start += width)
        {
            (float maximum, float sum) = SoftmaxRow.Measure(tier, x.Slice(start, width));
            SoftmaxRow.Write(tier, x.Slice(start, width), maximum, 1 / sum, y.Slice(start, width));
        }
    }

    /// <summary>Every width 1…256 between guard pages, apart and in place, against the reference.</summary>
    public static void RowsEqualReference(KernelTier tier)
    {
        Random random = new(6);
        foreach ((string name, Operation kernel, ReferenceOperation reference, float tolerance) in Operations)
        {
            for (int width = 0; width <= 256; width++)
            {
                bool isAtEnd = width % 2 == 0;
                float[] first = Check.Numbers(random, RowCount * width), second = Check.Numbers(random, RowCount * width);
                float[] expected = new float[first.Length];
                for (int row = 0; row < (width == 0 ? 0 : RowCount); row++)
                {
                    // The norms read γ and β from the start and end of the second operand.
                    bool isNorm = name.EndsWith("norm", StringComparison.Ordinal);
                    reference(
                        first.AsSpan(row * width, width), isNorm ? second : second.AsSpan(row * width, width), expected.AsSpan(row * width, width));
                }

                string what = $"{tier}: {name} of {width} columns";
                float allowed = tolerance * Math.Max(1, expected.Select(MathF.Abs).DefaultIfEmpty().Max());
                using GuardedMemory a = new(first, isAtEnd), b = new(second, !isAtEnd), result = new(first.Length, isAtEnd);
                kernel(tier, a.Span, b.Span, width, result.Span, WorkerPool.Shared);
                Check.Close(expected, result.Span, allowed, what);
                kernel(tier, a.Span, b.Span, width, a.Span, WorkerPool.Serial);
                Check.SameBits(result.Span, a.Span, what + " in place");
            }
        }
    }

    /// <summary>A row's bits are the same alone, at any place and with any number of threads.</summary>
    public static void RowsAreInvariant(KernelTier tier)
    {
        const int Rows = 700, Width = 101;
        Random random = new(7);
        float[] first = Check.Numbers(random, Rows * Width), second = Check.Numbers(random, Rows * Width);
        using WorkerPool pool = new(3);
        foreach ((string name, Operation kernel, _, _) in Operations)
        {
            bool isNorm = name.EndsWith("norm", StringComparison.Ordinal);
            float[] serial = new float[first.Length], shared = new float[first.Length], alone = new float[Width];
            ReadOnlySpan<float> parameters = second.AsSpan(0, isNorm ? 2 * Width : second.Length);
            kernel(tier, first, parameters, Width, serial, WorkerPool.Serial);
            kernel(tier, first, parameters, Width, shared, pool);
            Check.SameBits(serial, shared, $"{tier}: {name} on 3 threads");
            for (int row = 0; row < Rows; row += 99)
            {
                Range range = (row * Width)..((row + 1) * Width);
                kernel(tier, first.AsSpan(range), isNorm ? parameters : second.AsSpan(range), Width, alone, WorkerPool.Serial);
                Check.SameBits(serial.AsSpan(range), alone, $"{tier}: {name} of row {row} alone");
            }
        }
    }

    /// <summary>dx, dγ and dβ of both norms at every width 1…256, with dx in place of x or of dy.</summary>
    public static void NormGradientsEqualReference(KernelTier tier)
    {
        Random random = new(8);
        for (int width = 1; width <= 256; width++)
        {
            int rowCount = width % 50 == 0 ? 150 : 3;
            bool isAtEnd = width % 2 == 0;
            float[] x = [.. Check.Numbers(random, rowCount * width).Select(v => v * 3 + 1)];
            float[] dy = Check.Numbers(random, x.Length), gamma = Check.Numbers(random, width), old = Check.Numbers(random, 2 * width);

            // Short rows have a deviation that may be tiny; a larger epsilon keeps their gradient of order 1.
            const float Epsilon = 0.1f;
            float[] dx = new float[x.Length], dGamma = old[..width], dBeta = old[width..];
            RowReference.LayerNormBackward(x, rowCount, gamma, Epsilon, dy, dx, dGamma, dBeta);
            string what = $"{tier}: layer norm backward of {width} columns";
            using GuardedMemory input = new(x, isAtEnd), gradient = new(dy, isAtEnd), scale = new(gamma, !isAtEnd);
            using GuardedMemory inputGradient = new(x.Length, isAtEnd);
            using GuardedMemory gammaGradient = new(old.AsSpan(0, width), isAtEnd), betaGradient = new(old.AsSpan(width), isAtEnd);
            LayerNorm.Backward(
                tier, input.Span, rowCount, scale.Span, Epsilon, gradient.Span, inputGradient.Span, gammaGradient.Span, betaGradient.Span, WorkerPool.Shared);
            CloseTo(dx, inputGradient.Span, what);
            CloseTo(dGamma, gammaGradient.Span, what + ", γ");
            CloseTo(dBeta, betaGradient.Span, what + ", β");

            using GuardedMemory overX = new(x), overDy = new(dy);
            LayerNorm.Backward(tier, overX.Span, rowCount, scale.Span, Epsilon, gradient.Span, overX.Span, default, default, WorkerPool.Serial);
            Check.SameBits(inputGradient.Span, overX.Span, what + " in place of x");
            old.AsSpan(0, width).CopyTo(gammaGradient.Span);
            LayerNorm.Backward(tier, input.Span, rowCount, scale.Span, Epsilon, overDy.Span, overDy.Span, gammaGradient.Span, default, WorkerPool.Serial);
            Check.SameBits(inputGradient.Span, overDy.Span, what + " in place of dy");
            CloseTo(dGamma, gammaGradient.Span, what + ", γ beside dx in place of dy");

            what = $"{tier}: RMS norm backward of {width} columns";
            dGamma = old[..width];
            old.AsSpan(0, width).CopyTo(gammaGradient.Span);
            RowReference.RmsNormBackward(x, rowCount, gamma, Epsilon, dy, dx, dGamma);
            RmsNorm.Backward(
                tier, input.Span, rowCount, scale.Span, Epsilon, gradient.Span, inputGradient.Span, gammaGradient.Span, WorkerPool.Shared);
            CloseTo(dx, inputGradient.Span, what);
            CloseTo(dGamma, gammaGradient.Span, what + ", γ");
        }
    }

    /// <summary>Parameter gradients do not depend on the number of threads.</summary>
    public static void ParameterGradientsAreInvariant(KernelTier tier)
    {
        const int Rows = 333, Width = 390;
        Random random = new(9);
        float[] x = Check.Numbers(random, Rows * Width), dy = Check.Numbers(random, Rows * Width), gamma = Check.Numbers(random, Width);
        float[]? expected = null;
        foreach (int threadCount in (int[])[1, 2, 5])
        {
            using WorkerPool pool = new(threadCount);
            float[] gradients = new float[2 * Width];
            LayerNorm.Backward(tier, x, Rows, gamma, 1e-5f, dy, default, gradients.AsSpan(0, Width), gradients.AsSpan(Width), pool);
            expected ??= gradients;
            Check.SameBits(expected, gradients, $"{tier}: gradients of γ and β on {threadCount} threads");
        }
    }

    /// <summary>What PyTorch gives for masked, infinite and far-away rows.</summary>
    public static void SpecialRowsBehaveAsInPyTorch(KernelTier tier)
    {
        foreach (int width in (int[])[1, 2, 5, 16, 33, 100])
        {
            float[] row = new float[width], result = new float[width], expected = new float[width];

            row.AsSpan().Fill(float.NegativeInfinity);
            Softmax.Rows(tier, row, 1, width, result, WorkerPool.Serial);
            Check.Require(result.All(float.IsNaN), $"{tier}: softmax of −∞ throughout is not NaN.");

            row.AsSpan().Fill(float.MinValue);
            Softmax.Rows(tier, row, 1, width, result, WorkerPool.Serial);
            expected.AsSpan().Fill(1f / width);
            Check.Close(expected, result, 1e-7f, $"{tier}: softmax of the lowest float throughout");

            row[width / 2] = 700;
            Softmax.Rows(tier, row, 1, width, result, WorkerPool.Serial);
            expected.AsSpan().Clear();
            expected[width / 2] = 1;
            Check.SameBits(expected, result, $"{tier}: softmax of one large score");

            row[width - 1] = float.NaN;
            Softmax.Rows(tier, row, 1, width, result, WorkerPool.Serial);
            Check.Require(result.All(float.IsNaN), $"{tier}: softmax of a row with NaN is not NaN.");

            // A constant row has variance 0 whatever its mean: β alone is left, even with a tiny ε.
            row.AsSpan().Fill(100.1f);
            float[] gamma = new float[width], beta = Check.Numbers(new Random(1), width);
            gamma.AsSpan().Fill(1);
            LayerNorm.Rows(tier, row, 1, gamma, beta, LayerNormEpsilon, result, WorkerPool.Serial);
            Check.Close(beta, result, 1e-6f, $"{tier}: layer norm of a constant row");
        }

        // Mean 1000, deviation 1: two passes and the second mean keep nearly all digits.
        float[] far = [.. Check.Numbers(new Random(2), 384).Select(x => 1000 + 1.7f * x)], normalized = new float[384], exact = new float[384];
        float[] ones = new float[384], zeros = new float[384];
        ones.AsSpan().Fill(1);
        LayerNorm.Rows(tier, far, 1, ones, zeros, LayerNormEpsilon, normalized, WorkerPool.Serial);
        RowReference.LayerNorm(far, ones, zeros, LayerNormEpsilon, exact);
        Check.Close(exact, normalized, 5e-7f, $"{tier}: layer norm of a row far from zero");
    }

    private static int Rows(ReadOnlySpan<float> matrix, int width) => width == 0 ? RowCount : matrix.Length / width;

    private static void CloseTo(float[] expected, ReadOnlySpan<float> actual, string what) =>
        Check.Close(expected, actual, NormGradientTolerance * Math.Max(1, expected.Max(MathF.Abs)), what);
}

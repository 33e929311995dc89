using Akin.Kernels.Reference;

namespace Akin.Kernels.TierProbe;

/// <summary>What must hold for the products of every tier.</summary>
public static class GemmChecks
{
    /// <summary>Without fused instructions a sum of 256 products below 1 in magnitude may differ by its rounding: 256 · 2⁻²⁴ · √256.</summary>
    private const float UnfusedTolerance = 2.5e-4f;

    /// <summary>Every size of rows 0…25, columns 0…70 and depth 0…70 beside changing others, and random ones up to 256.</summary>
    public static IEnumerable<(int Rows, int Columns, int Depth)> Sizes()
    {
        for (int i = 0; i <= 70; i++)
        {
            yield return (i * 5 % 26, i, i * 11 % 71);
            yield return (i * 7 % 26, i * 13 % 71, i);
            yield return (i % 26, i * 17 % 71, i * 3 % 71);
        }

        Random random = new(20);
        for (int i = 0; i < 24; i++)
        {
            yield return (random.Next(257), random.Next(257), random.Next(257));
        }

        // Two blocks of depth, rows that share cache sets, several tasks in both directions.
        yield return (3, 40, 3000);
        yield return (25, 33, 2048);
        yield return (400, 300, 20);

        // Two blocks of depth, all panels whole.
        yield return (5, 64, 1603);
        yield return (27, 192, 3100);
    }

    /// <summary>The linear layer against the reference, between guard pages.</summary>
    public static void LinearEqualsReference(KernelTier tier)
    {
        GemmKernel kernel = GemmKernel.For(tier);
        Random random = new(1);
        bool isAtEnd = false;
        foreach ((int rows, int columns, int depth) in Sizes())
        {
            isAtEnd = !isAtEnd;
            float[] x = Check.Numbers(random, rows * depth), w = Check.Numbers(random, columns * depth);
            float[] bias = Check.Numbers(random, columns), residual = Check.Numbers(random, rows * columns);
            float[] product = new float[rows * columns];
            GemmReference.Multiply(x, w, rows, depth, columns, product);

            using GuardedMemory input = new(x, isAtEnd), weight = new(w, isAtEnd), output = new(product.Length, isAtEnd);
            using GuardedMemory guardedBias = new(bias, isAtEnd), guardedResidual = new(residual, isAtEnd);
            PackedMatrix packed = new(depth, columns, kernel);
            packed.Pack(0, weight.Span);
            string what = $"{tier} [{rows}, {depth}] x [{depth}, {columns}]";
            Gemm.Multiply(input.Span, rows, packed, default, output.Span, WorkerPool.Shared);
            Equal(tier, product, output.Span, what);

            // Bias, and a residual that lies where the output goes: what a kernel adds itself where panels are whole.
            float[] expected = new float[product.Length];
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] = product[i] + bias[i % columns];
            }

            Gemm.Multiply(input.Span, rows, packed, new Epilogue { Bias = guardedBias.Span }, output.Span, WorkerPool.Shared);
            Equal(tier, expected, output.Span, what + " with bias");

            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] += residual[i];
            }

            residual.CopyTo(output.Span);
            Gemm.Multiply(input.Span, rows, packed, new Epilogue { Bias = guardedBias.Span, Residual = output.Span }, output.Span, WorkerPool.Shared);
            Equal(tier, expected, output.Span, what + " with bias and residual");

            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] = Math.Max(product[i] + bias[i % columns], 0) + residual[i];
            }

            Epilogue epilogue = new() { Bias = guardedBias.Span, Activation = Activation.Relu, Residual = guardedResidual.Span };
            Gemm.Multiply(input.Span, rows, packed, epilogue, output.Span, WorkerPool.Shared);
            Equal(tier, expected, output.Span, what + " with epilogue");

            using GuardedMemory back = new(w.Length, isAtEnd);
            packed.Unpack(0, back.Span);
            Check.SameBits(w, back.Span, what + " unpacked");
        }
    }

    /// <summary>The general product against the reference: both orders of storage on both sides, alpha and beta.</summary>
    public static void GeneralEqualsReference(KernelTier tier)
    {
        GemmKernel kernel = GemmKernel.For(tier);
        Random random = new(2);
        int turn = 0;
        foreach ((int rows, int columns, int depth) in Sizes())
        {
            turn++;
            Transpose transposeLeft = (turn & 1) != 0 ? Transpose.Yes : Transpose.No;
            Transpose transposeRight = (turn & 2) != 0 ? Transpose.Yes : Transpose.No;
            (float alpha, float beta) = (turn % 3) switch { 0 => (1f, 0f), 1 => (1f, 1f), _ => (-0.5f, 0.25f) };
            float[] a = Check.Numbers(random, rows * depth), b = Check.Numbers(random, columns * depth);
            float[] old = Check.Numbers(random, rows * columns);
            float[] product = new float[rows * columns];
            GemmReference.Multiply(a, b, rows, depth, columns, product);
            for (int i = 0; i < product.Length; i++)
            {
                product[i] = beta == 0 ? alpha * product[i] : (alpha * product[i]) + (beta * old[i]);
            }

            if (beta == 0)
            {
                old.AsSpan().Fill(float.NaN); // must not be read
            }

            using GuardedMemory left = new(transposeLeft == Transpose.Yes ? Transposed(a, rows, depth) : a);
            using GuardedMemory right = new(transposeRight == Transpose.Yes ? b : Transposed(b, columns, depth));
            using GuardedMemory output = new(old);
            Gemm.Multiply(
                kernel, transposeLeft, transposeRight, rows, columns, depth, alpha, left.Span, right.Span, beta, output.Span, WorkerPool.Shared);
            Equal(tier, product, output.Span, $"{tier} {transposeLeft}/{transposeRight} [{rows}, {columns}, {depth}] {alpha} {beta}");
        }
    }

    /// <summary>A row's bits are the same alone, in any batch, at any place and with any number of threads.</summary>
    public static void RowsAreInvariant(KernelTier tier)
    {
        RowsAreInvariant(tier, Activation.Gelu);
        RowsAreInvariant(tier, Activation.None);
    }

    private static void RowsAreInvariant(KernelTier tier, Activation activation)
    {
        const int Rows = 230, Depth = 96, Columns = 150;
        Random random = new(3);
        float[] x = Check.Numbers(random, Rows * Depth), bias = Check.Numbers(random, Columns), residual = Check.Numbers(random, Rows * Columns);
        PackedMatrix packed = new(Depth, Columns, GemmKernel.For(tier));
        packed.Pack(0, Check.Numbers(random, Columns * Depth));
        float[] whole = new float[Rows * Columns];
        Gemm.Multiply(x, Rows, packed, EpilogueOf(activation, bias, residual), whole, WorkerPool.Serial);
        foreach (int threadCount in (int[])[1, 2, 3, 7])
        {
            using WorkerPool pool = new(threadCount);
            foreach ((int first, int count) in ((int, int)[])[(0, Rows), (0, 1), (117, 1), (229, 1), (5, 2), (40, 13), (3, 32), (30, 100), (1, 193)])
            {
                float[] part = new float[count * Columns];
                Gemm.Multiply(
                    x.AsSpan(first * Depth, count * Depth),
                    count,
                    packed,
                    EpilogueOf(activation, bias, residual.AsSpan(first * Columns, count * Columns)),
                    part,
                    pool);
                Check.SameBits(whole.AsSpan(first * Columns, count * Columns), part, $"{tier}: rows {first}+{count} on {threadCount} threads");
            }
        }
    }

    private static Epilogue EpilogueOf(Activation activation, ReadOnlySpan<float> bias, ReadOnlySpan<float> residual) =>
        new() { Bias = bias, Activation = activation, Residual = residual };

    private static void Equal(KernelTier tier, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        if (Check.IsFused(tier))
        {
            Check.SameBits(expected, actual, what);
        }
        else
        {
            Check.Close(expected, actual, UnfusedTolerance, what);
        }
    }

    private static float[] Transposed(float[] matrix, int rows, int columns)
    {
        float[] result = new float[matrix.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                result[(column * rows) + row] = matrix[(row * columns) + column];
            }
        }

        return result;
    }
}

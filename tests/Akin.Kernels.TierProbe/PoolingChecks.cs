using Akin.Kernels.Reference;

namespace Akin.Kernels.TierProbe;

/// <summary>What must hold for pooling on every tier.</summary>
public static class PoolingChecks
{
    /// <summary>Relative to values up to 1, or √tokens for the sum divided by √tokens.</summary>
    private const float Tolerance = 5e-6f;

    /// <summary>Every width 1…256 over sequences of 0…70 tokens, forward and backward, with and without a wider stride, between guard pages.</summary>
    public static void PoolingEqualsReference(KernelTier tier)
    {
        Random random = new(10);
        foreach (PoolingMode mode in Enum.GetValues<PoolingMode>())
        {
            for (int width = 1; width <= 256; width += width < 40 ? 1 : 9)
            {
                bool isAtEnd = width % 2 == 0;
                int[] offsets = [0, 1, 1, 6, 6 + random.Next(71)];
                int stride = width + width % 3, batchSize = offsets.Length - 1;
                float[] tokens = Check.Numbers(random, offsets[^1] * width);
                float[] dy = Check.Numbers(random, (batchSize - 1) * stride + width);
                float[] expected = new float[dy.Length], expectedGradient = Check.Numbers(random, tokens.Length);
                using GuardedMemory input = new(tokens, isAtEnd), output = new(dy.Length, isAtEnd);
                using GuardedMemory outputGradient = new(dy, isAtEnd), tokenGradient = new(expectedGradient, isAtEnd);
                for (int i = 0; i < batchSize; i++)
                {
                    Range range = (offsets[i] * width)..(offsets[i + 1] * width);
                    PoolingReference.Forward(mode, tokens.AsSpan(range), width, expected.AsSpan(i * stride, width));
                    PoolingReference.Backward(mode, tokens.AsSpan(range), width, dy.AsSpan(i * stride, width), expectedGradient.AsSpan(range));
                }

                Pooling.Forward(tier, mode, input.Span, width, offsets, output.Span, stride, WorkerPool.Shared);
                Check.Close(expected, output.Span, Tolerance, $"{tier}: {mode} of width {width}");
                Pooling.Backward(tier, mode, input.Span, width, offsets, outputGradient.Span, stride, tokenGradient.Span, WorkerPool.Shared);
                Check.Close(expectedGradient, tokenGradient.Span, Tolerance, $"{tier}: {mode} of width {width}, backward");
            }
        }
    }

    /// <summary>A sequence's bits are the same alone, in any batch and with any number of threads.</summary>
    public static void SequencesAreInvariant(KernelTier tier)
    {
        const int Width = 100, BatchSize = 60;
        Random random = new(11);
        int[] offsets = new int[BatchSize + 1];
        for (int i = 0; i < BatchSize; i++)
        {
            offsets[i + 1] = offsets[i] + random.Next(1, 120);
        }

        float[] tokens = Check.Numbers(random, offsets[^1] * Width);
        using WorkerPool pool = new(3);
        foreach (PoolingMode mode in Enum.GetValues<PoolingMode>())
        {
            float[] together = new float[BatchSize * Width], alone = new float[Width];
            Pooling.Forward(tier, mode, tokens, Width, offsets, together, Width, pool);
            for (int i = 0; i < BatchSize; i++)
            {
                int tokenCount = offsets[i + 1] - offsets[i];
                Pooling.Forward(
                    tier, mode, tokens.AsSpan(offsets[i] * Width, tokenCount * Width), Width, [0, tokenCount], alone, Width, WorkerPool.Serial);
                Check.SameBits(alone, together.AsSpan(i * Width, Width), $"{tier}: {mode} of sequence {i}");
            }
        }
    }
}
